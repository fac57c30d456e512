"""Pieces of files that jobs made, sealed while they wait in the database to be handed out.

The key is worked out of the instance's secrets, which are not in the database: whoever has a dump of it, its
log or its disk reads nothing. Once the rows are deleted nobody asks for the key again.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.domain.errors import FileGone

from .vault import Vault

_PURPOSE = b"minping file of a job 1"
_NONCE_BYTES = 12


class PieceCipher:
    """Encrypts and decrypts the pieces of one file: ChaCha20-Poly1305 (RFC 8439), the key by HKDF (RFC 5869).

    ``file`` is its name, another for each attempt. A piece opens only at its own place, and the last one only
    as the last, so that no piece can be left out or come twice.
    """

    def __init__(self, vault: Vault, file: str) -> None:
        every_key = vault.token_key + vault.cookie_key + vault.link_key
        key = HKDF(SHA256(), 32, salt=file.encode(), info=_PURPOSE).derive(every_key)
        self._cipher = ChaCha20Poly1305(key)

    def encrypt(self, number: int, content: bytes, *, last: bool) -> bytes:
        """Encrypt the piece of that number, counted from 0."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, _place(number, last))

    def decrypt(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Decrypt a piece; raises ``FileGone`` where these secrets, or this place, are not its own."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _place(number, last))
        except (InvalidTag, ValueError) as error:
            raise FileGone("this file cannot be read with this instance's secrets") from error


def _place(number: int, last: bool) -> bytes:
    return b"%d %d" % (number, last)
