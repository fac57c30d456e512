"""The sealed box: ballots are encrypted to a campaign's public key as they are cast.

HPKE (RFC 9180) with ML-KEM-768 + X25519, HKDF-SHA-256 and ChaCha20-Poly1305: a backup of sealed ballots
outlives today's key sizes, and destroying the key must stay final.
"""

import secrets
from collections.abc import Iterable, Iterator
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEED_BYTES = 32
ENCAPSULATION_BYTES = 1088 + 32
"""The part of a sealed ballot that encapsulates its key; no two honest ballots share one."""

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64


def new_seed() -> bytes:
    """Make the secret from which a box's private key is derived."""
    return secrets.token_bytes(SEED_BYTES)


class BoxKey:
    """A box's private key; it lives in the memory of the process that opens the box."""

    def __init__(self, seed: bytes) -> None:
        material = HKDF(SHA256(), _MLKEM_SEED_BYTES + 32, salt=None, info=b"minping box key 1").derive(seed)
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(material[:_MLKEM_SEED_BYTES])
        self._x25519 = X25519PrivateKey.from_private_bytes(material[_MLKEM_SEED_BYTES:])
        self._key = MLKEM768X25519PrivateKey(self._mlkem, self._x25519)

    def public_bytes(self) -> bytes:
        """Return the public key as bytes, ML-KEM first."""
        return self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()

    def open(self, sealed: bytes, info: bytes) -> bytes | None:
        """Decrypt one ballot, or return ``None`` where it was not sealed to this box."""
        return next(self.open_each((sealed,), info))

    def open_each(self, ballots: Iterable[bytes], info: bytes) -> Iterator[bytes | None]:
        """Decrypt ballots one after the other; ``None`` stands for each that was not sealed to this box."""
        decrypt, key = _SUITE.decrypt, self._key
        for sealed in ballots:
            try:
                yield decrypt(sealed, key, info)
            except (InvalidTag, ValueError):
                yield None


class Slot:
    """The slot of a box, into which anyone may put: its public key."""

    def __init__(self, public: bytes, info: bytes) -> None:
        self._info = info
        self._key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
        )

    def seal(self, packed: bytes) -> bytes:
        """Encrypt one packed ballot."""
        return _SUITE.encrypt(packed, self._key, self._info)


def key_name(public: bytes) -> str:
    """Return what tells a box's key from others, and nothing of the secret one."""
    return sha256(public).hexdigest()[:16]


def box_info(campaign_code: str, definition: str) -> bytes:
    """Return what binds a sealed ballot to one campaign and one definition (its digest)."""
    return f"minping ballot 1\0{campaign_code}\0{definition}".encode()
