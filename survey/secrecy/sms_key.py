"""The SMS key of a campaign: clients' numbers lie sealed under it, and replies under what it makes of them.

It lies in the folder of keys and in no backup. Hours after the close it is destroyed: from then on nothing
in the database leads to a number, or from a number to anything.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.domain.errors import BadFile, SmsKeyLost

from .box import SEED_BYTES
from .custody import destroy, read_seed, write_seed

SMS_KEY_SUFFIX = ".sms-key"
_FORMAT = "minping sms key 1"
_NUMBER, _PSEUDONYM, _SEEN, _REFERENCE, _RECEIPT, _NAME = (
    b"minping sms %s 1" % purpose
    for purpose in (b"number", b"pseudonym", b"seen", b"reference", b"receipt", b"name")
)
_OPT_OUT = b"minping sms opt-out 1"
_NONCE_BYTES = 12
_REFERENCE_BYTES = 8
_NUMBER_BYTES = 16
"""E.164 has fifteen digits and a plus: sealed numbers are all equally long."""


@dataclass(frozen=True)
class SmsKey:
    """The SMS key of one campaign; ``seed`` is its secret, 32 bytes."""

    campaign: str
    seed: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Return what the database knows the key by; nothing can be worked out of it."""
        return self._derived(_NAME)[:8].hex()

    def pseudonym_of(self, number: str) -> bytes:
        """Return what stands for a number in E.164: HMAC-SHA-256 (RFC 2104)."""
        return hmac.digest(self._derived(_PSEUDONYM), number.encode(), "sha256")

    def encrypt(self, number: str, pseudonym: bytes) -> bytes:
        """Encrypt a number for the row of its pseudonym: ChaCha20-Poly1305 (RFC 8439)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, number.encode().ljust(_NUMBER_BYTES), pseudonym)

    def decrypt(self, sealed: bytes, pseudonym: bytes) -> str:
        """Return a sealed number; raises ``SmsKeyLost`` where this is not the key that sealed it."""
        try:
            opened = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], pseudonym)
        except (InvalidTag, ValueError) as error:
            raise SmsKeyLost(self.campaign) from error
        return opened.decode().rstrip()

    def seen_digest(self, *named: str) -> bytes:
        """Return the digest of what a provider calls a reply."""
        return hmac.digest(self._derived(_SEEN), "\0".join(named).encode(), "sha256")

    def reference_of(self, kind: str, pseudonym: bytes, number: int) -> str:
        """Return what the channel calls a message by, with its number: without the key it leads to no row."""
        named = b"\0".join((kind.encode(), pseudonym, str(number).encode()))
        return hmac.digest(self._derived(_REFERENCE), named, "sha256")[:_REFERENCE_BYTES].hex()

    def receipt_digest(self, named: str) -> bytes:
        """Return the digest of what a message that went out is called, by the provider or by us."""
        return hmac.digest(self._derived(_RECEIPT), named.encode(), "sha256")

    @property
    def _cipher(self) -> ChaCha20Poly1305:
        return ChaCha20Poly1305(self._derived(_NUMBER))

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), SEED_BYTES, salt=self.campaign.encode(), info=purpose).derive(self.seed)


def sms_key_path(keys: Path, campaign_code: str) -> Path:
    """Return where the SMS key of a campaign lies, beside the keys of boxes."""
    return keys / f"{campaign_code}{SMS_KEY_SUFFIX}"


def make_sms_key(keys: Path, campaign_code: str) -> SmsKey:
    """Write a fresh key, whole or not at all; raises ``BadFile`` where there is one, or none can be."""
    key = SmsKey(campaign_code, secrets.token_bytes(SEED_BYTES))
    write_seed(sms_key_path(keys, campaign_code), key.seed, format=_FORMAT, campaign=campaign_code)
    return key


def read_sms_key(keys: Path, campaign_code: str) -> SmsKey:
    """Read the SMS key of a campaign; raises ``SmsKeyLost`` where there is none, and ``BadFile``."""
    path = sms_key_path(keys, campaign_code)
    try:
        return SmsKey(campaign_code, read_seed(path, format=_FORMAT, campaign=campaign_code))
    except FileNotFoundError as error:
        raise SmsKeyLost(campaign_code) from error
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} is no sms key of {campaign_code}") from error


def destroy_sms_key(keys: Path, campaign_code: str) -> None:
    """Overwrite and remove the SMS key of a campaign, where there is one."""
    destroy(sms_key_path(keys, campaign_code))


def opt_out_digest(instance_key: bytes, number: str) -> bytes:
    """Return what is kept of a number that wants no message: HMAC-SHA-256 under the instance's key."""
    return hmac.digest(instance_key, _OPT_OUT + number.encode(), "sha256")
