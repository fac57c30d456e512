"""What a page carries for the server from one step to the next, since the server keeps nothing in between.

It can be read only while the key is there that it was made under, a ceremony's for one, only together with
a secret of its own, and only for what it was made for.
"""

import secrets
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import StalePage

_PURPOSE = b"minping carried by a page 1"
_NONCE_BYTES = 12


class Carrier:
    """Encrypts and decrypts what pages carry: ChaCha20-Poly1305 under a key of each session secret's own.

    ``bound`` names what the content belongs to (purpose, campaign, login); under another it stays shut.
    """

    def __init__(self, ceremony_key: bytes, session_secret: bytes, bound: Sequence[str]) -> None:
        key = HKDF(SHA256(), 32, salt=session_secret, info=_PURPOSE).derive(ceremony_key)
        self._cipher = ChaCha20Poly1305(key)
        self._bound = canonical_json(list(bound)).encode()

    def wrap(self, content: bytes) -> str:
        """Encrypt a content for a hidden field."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, content, self._bound)).decode()

    def unwrap(self, carried: str) -> bytes:
        """Decrypt what ``wrap`` made; raises ``StalePage``."""
        try:
            raw = b64decode(carried.encode("ascii"), altchars=b"-_", validate=True)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], self._bound)
        except (InvalidTag, NotBase64, ValueError) as error:
            raise StalePage("foreign") from error
