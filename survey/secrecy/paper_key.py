"""The key of a campaign's paper ballots: it makes the serials printed on them, and seals what was read.

A serial is not the code, and without this key leads to none: a returned sheet lets nobody vote. The key is
destroyed at the close; what lies sealed in the database and its logs is noise from then on.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.domain.ballot.crockford import symbols_of
from survey.domain.errors import BadFile, PaperKeyLost, WrongKey

from .box import SEED_BYTES
from .custody import new_private, read_seed, seed_content
from .token import RANDOM_BITS, SYMBOLS, check_symbol

PAPER_KEY_SUFFIX = ".paper-key"
_FORMAT = "minping paper key 1"
_SERIAL, _SEAL, _NAME, _PICTURE = (
    b"minping paper %s 1" % purpose for purpose in (b"serial", b"seal", b"name", b"picture")
)
_NONCE_BYTES = 12


@dataclass(frozen=True)
class PaperKey:
    """The key of one campaign's paper ballots; ``seed`` is its secret, 32 bytes."""

    campaign: str
    seed: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Return what the log knows the key by; nothing can be worked out of it."""
        return self._derived(_NAME)[:8].hex()

    def serial_of(self, digest: bytes) -> str:
        """Return the serial of the ballot of a code's stored digest: 15 symbols and a check symbol.

        The first 75 bits of HMAC-SHA-256 (RFC 2104) under a key worked out by HKDF (RFC 5869).
        """
        summed = hmac.digest(self._derived(_SERIAL), digest, "sha256")
        symbols = symbols_of(int.from_bytes(summed) >> 8 * len(summed) - RANDOM_BITS, SYMBOLS - 1)
        return symbols + check_symbol(symbols)

    def encrypt(self, content: bytes, place: bytes) -> bytes:
        """Seal what belongs to one place, a row's key or alike: ChaCha20-Poly1305 (RFC 8439)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, place)

    def decrypt(self, sealed: bytes, place: bytes) -> bytes:
        """Open what ``encrypt`` sealed; raises ``WrongKey`` where key or place are not its own."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as error:
            raise WrongKey(f"this paper key does not open the sheets of {self.campaign}") from error

    def item(self, *parts: str) -> str:
        """Return a handle for a question on a sheet that tells nobody the serial: 32 hexadecimal digits."""
        return hmac.digest(self._derived(_NAME), "\0".join(parts).encode(), "sha256")[:16].hex()

    def picture(self, serial: str, field: str, content: bytes) -> str:
        """Return the name of a picture of one field of a sheet, the same for the same picture scanned again.

        32 hexadecimal digits that tell nobody serial, field or picture without the key.
        """
        said = b"\0".join((serial.encode(), field.encode(), content))
        return hmac.digest(self._derived(_PICTURE), said, "sha256")[:16].hex()

    @property
    def _cipher(self) -> ChaCha20Poly1305:
        return ChaCha20Poly1305(self._derived(_SEAL))

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), SEED_BYTES, salt=self.campaign.encode(), info=purpose).derive(self.seed)


def new_paper_key(campaign_code: str) -> PaperKey:
    """Make a fresh key."""
    return PaperKey(campaign_code, secrets.token_bytes(SEED_BYTES))


def paper_key_path(keys: Path, campaign_code: str) -> Path:
    """Return where the paper key of a campaign lies, beside the keys of boxes."""
    return keys / f"{campaign_code}{PAPER_KEY_SUFFIX}"


def paper_key_file(key: PaperKey) -> bytes:
    """Return what a key file holds."""
    return seed_content(key.seed, format=_FORMAT, campaign=key.campaign) + b"\n"


def write_paper_key(path: Path, key: PaperKey) -> None:
    """Write a key file that only its owner may read; an existing file is refused with ``BadFile``."""
    # Whole or not there: another printing may look for it at any moment.
    with new_private(path) as out:
        out.write(paper_key_file(key))


def read_paper_key(path: Path, campaign_code: str) -> PaperKey:
    """Read a key file; raises ``PaperKeyLost`` where there is none, ``BadFile`` where it is another's."""
    try:
        return PaperKey(campaign_code, read_seed(path, format=_FORMAT, campaign=campaign_code))
    except FileNotFoundError as error:
        raise PaperKeyLost(campaign_code) from error
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} is no paper key of {campaign_code}") from error
