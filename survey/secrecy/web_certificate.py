"""When the web server's certificate ends: read from its file, or asked of the server itself."""

import socket
import ssl
from datetime import datetime
from pathlib import Path

from cryptography import x509


def end_of_file(path: Path) -> datetime:
    """Return when the first certificate in a PEM file ends; raises ``OSError`` and ``ValueError``."""
    return x509.load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc


def end_of_server(host: str, port: int, seconds: float) -> datetime:
    """Return when the certificate ends that a server shows; raises ``OSError`` and ``ValueError``.

    Whether it can be trusted is not asked: what matters is when it ends, of one's own making too.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), seconds) as plain,
        context.wrap_socket(plain, server_hostname=host) as shown,
    ):
        found = shown.getpeercert(binary_form=True)
    if not found:
        raise ValueError("the server showed no certificate")
    return x509.load_der_x509_certificate(found).not_valid_after_utc
