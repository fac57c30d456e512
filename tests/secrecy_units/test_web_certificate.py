"""When the web server's certificate ends, read from its file."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from survey.secrecy.web_certificate import end_of_file, end_of_server

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)


def pem(ends: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vote.example.org")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(BEGINS)
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def test_the_end_is_that_of_the_servers_own_and_not_of_what_vouches_for_it(tmp_path: Path) -> None:
    ends = BEGINS + timedelta(days=90)
    file = tmp_path / "chain.pem"
    file.write_bytes(pem(ends) + pem(BEGINS + timedelta(days=3650)))
    assert end_of_file(file) == ends


@pytest.mark.parametrize("content", [b"", b"no certificate", pem(BEGINS + timedelta(days=1))[:-60]])
def test_what_is_no_certificate_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.pem"
    file.write_bytes(content)
    with pytest.raises(ValueError):  # noqa: PT011 – whichever of its own the library raises
        end_of_file(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        end_of_file(tmp_path / "nowhere.pem")


def test_a_server_that_answers_nothing_is_not_waited_for() -> None:
    one, other = socket.socketpair()
    with one, other, pytest.raises(OSError):  # noqa: PT011 – refused or timed out, as the machine has it
        end_of_server("127.0.0.1", 1, 0.2)
