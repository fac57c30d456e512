"""What a sealed ballot is made of, pinned by hand: a box must open after an update of the library, too.

The suite is RFC 9180 with KEM 0x647A, X-Wing (draft-connolly-cfrg-xwing-kem), which is a draft still.
"""

import base64
import hashlib
import hmac
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.domain.ballot.packing import Packing
from survey.secrecy.box import BoxKey, Slot, box_info
from tests.builders import built

SEED = bytes(range(32))
INFO = box_info("town", "sha256:00")
XWING = 0x647A
LABEL = bytes.fromhex("5c2e2f2f5e5c")
DATA = Path(__file__).parent.parent / "data"

# Sealed by the prototype of bench/sealing in Chromium, to a key that everybody knows.
OF_BROWSER = base64.b64decode((DATA / "sealed-in-a-browser.b64").read_text())
DIGEST_OF_BROWSER = "sha256:0236c75920a9f75747a1cb30fde79cffa2e31a16f49b33350b394e04d0fe4553"
PACKED_OF_BROWSER = bytes.fromhex("010000aa4b7999016aff0c030004000200020001000100")


def seeds_of(seed: bytes) -> tuple[bytes, bytes]:
    """Derive the seeds of both private keys: ML-KEM's and X25519's."""
    material = HKDF(SHA256(), 64 + 32, salt=None, info=b"minping box key 1").derive(seed)
    return material[:64], material[64:]


def open_by_hand(sealed: bytes, info: bytes, kem: int = XWING) -> bytes:
    """Open a sealed ballot as the papers say it, with nothing of the library but the primitives."""
    of_mlkem, of_x25519 = seeds_of(SEED)
    encapsulated, sent, rest = sealed[:1088], sealed[1088:1120], sealed[1120:]
    own = X25519PrivateKey.from_private_bytes(of_x25519)
    combined = hashlib.sha3_256(
        MLKEM768PrivateKey.from_seed_bytes(of_mlkem).decapsulate(encapsulated)
        + own.exchange(X25519PublicKey.from_public_bytes(sent))
        + sent
        + own.public_key().public_bytes_raw()
        + LABEL
    ).digest()
    suite = b"HPKE" + kem.to_bytes(2) + b"\0\1" + b"\0\3"
    context = b"\0" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    secret = _extract(suite, combined, b"secret", b"")
    cipher = ChaCha20Poly1305(_expand(suite, secret, b"key", context, 32))
    return cipher.decrypt(_expand(suite, secret, b"base_nonce", context, 12), rest, None)


def _extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    # One block of HKDF-Expand is enough for 32 bytes.
    labeled = length.to_bytes(2) + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, labeled + b"\1", "sha256")[:length]


@pytest.mark.parametrize("content", [b"", b"ballot " * 300])
def test_a_sealed_ballot_is_hpke_with_x_wing(content: bytes) -> None:
    sealed = Slot(BoxKey(SEED).public_bytes(), INFO).seal(content)
    assert open_by_hand(sealed, INFO) == content


def test_no_other_suite_opens_it() -> None:
    sealed = Slot(BoxKey(SEED).public_bytes(), INFO).seal(b"ballot")
    with pytest.raises(InvalidTag):
        open_by_hand(sealed, INFO, kem=0x0041)  # plain ML-KEM-768
    with pytest.raises(InvalidTag):
        open_by_hand(sealed, box_info("town", "sha256:01"))


def test_a_ballot_sealed_in_a_browser_opens() -> None:
    info = box_info("small", DIGEST_OF_BROWSER)
    assert BoxKey(SEED).open(OF_BROWSER, info) == PACKED_OF_BROWSER
    assert open_by_hand(OF_BROWSER, info) == PACKED_OF_BROWSER


def test_what_the_browser_packed_is_a_ballot() -> None:
    form, ballot = Packing(built()).unpack(PACKED_OF_BROWSER)
    assert (form.group, ballot.receipt, ballot.ratings) == ("A", "SZVA-06CQ-JJXA", (3, 4, 2, 2, 1, 1))


def test_a_changed_ballot_of_a_browser_does_not_open() -> None:
    info = box_info("small", DIGEST_OF_BROWSER)
    for place in (0, 1087, 1088, 1119, 1120, len(OF_BROWSER) - 1):
        changed = bytearray(OF_BROWSER)
        changed[place] ^= 4
        assert BoxKey(SEED).open(bytes(changed), info) is None
