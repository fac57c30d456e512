"""The key of an assessment: talk notes lie sealed under it, and sheets until they are opened.

It lies in the folder of keys and in no backup. Once it is destroyed, what was sealed under it is noise.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.domain.errors import BadFile, NotesGone

from .box import SEED_BYTES
from .custody import destroy, read_seed, write_seed

ASSESSMENT_KEY_SUFFIX = ".assessment-key"
_NONCE_BYTES = 12
_FORMAT = "minping assessment key 1"
_PURPOSE = b"minping assessment seal 1"
_STEP = 1024
_END = b"\x01"


@dataclass(frozen=True)
class AssessmentKey:
    """The key of one assessment; ``seed`` is its secret, 32 bytes."""

    assessment: str
    seed: bytes = field(repr=False)

    def encrypt(self, content: bytes, place: str) -> bytes:
        """Seal what belongs to one place (ChaCha20-Poly1305, RFC 8439); its length tells KiB only."""
        padded = content + _END
        padded += b"\x00" * (-len(padded) % _STEP)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, padded, place.encode())

    def decrypt(self, sealed: bytes, place: str) -> bytes:
        """Open what ``encrypt`` sealed; raises ``NotesGone`` where key or place are not its own."""
        try:
            padded = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise NotesGone(f"this key does not open what was sealed for {self.assessment}") from error
        return padded.rstrip(b"\x00").removesuffix(_END)

    @property
    def _cipher(self) -> ChaCha20Poly1305:
        key = HKDF(SHA256(), SEED_BYTES, salt=self.assessment.encode(), info=_PURPOSE)
        return ChaCha20Poly1305(key.derive(self.seed))


def assessment_key_path(keys: Path, assessment_code: str) -> Path:
    """Return where the key of an assessment lies in the folder of keys."""
    return keys / f"{assessment_code}{ASSESSMENT_KEY_SUFFIX}"


def make_assessment_key(keys: Path, assessment_code: str) -> AssessmentKey:
    """Write a fresh key, whole or not at all: half a key would stand in its place for good.

    Raises ``BadFile`` where there is one already, or none can be written.
    """
    key = AssessmentKey(assessment_code, secrets.token_bytes(SEED_BYTES))
    write_seed(
        assessment_key_path(keys, assessment_code), key.seed, format=_FORMAT, assessment=assessment_code
    )
    return key


def read_assessment_key(keys: Path, assessment_code: str) -> AssessmentKey:
    """Read the key of an assessment; raises ``NotesGone`` where it is not there, or is another's."""
    path = assessment_key_path(keys, assessment_code)
    try:
        return AssessmentKey(assessment_code, read_seed(path, format=_FORMAT, assessment=assessment_code))
    except (OSError, ValueError) as error:
        raise NotesGone(f"the key of assessment {assessment_code} is not there, or is another's") from error


def key_to_seal_with(keys: Path, assessment_code: str) -> AssessmentKey:
    """Return the key of an assessment, made where it has none yet; its lock must be held.

    A key that is there and cannot be read is not replaced: raises ``NotesGone``.
    """
    if assessment_key_path(keys, assessment_code).exists():
        return read_assessment_key(keys, assessment_code)
    try:
        return make_assessment_key(keys, assessment_code)
    except BadFile:  # somebody else made it at the same moment
        return read_assessment_key(keys, assessment_code)


def destroy_assessment_key(keys: Path, assessment_code: str) -> None:
    """Overwrite and remove the key of an assessment, where there is one."""
    path = assessment_key_path(keys, assessment_code)
    if path.exists():
        destroy(path)
