"""The instance's own secrets, made once and kept in two files beside the database.

``secrets.json`` holds what voters' requests and published links need: it is on every node and in backups.
``office-secrets.json`` holds what the pages of those who administer need: it is on the office node alone, and
in no backup. A node without it serves voters only.
"""

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from survey.domain.errors import BadFile, NotReady

from .custody import destroy, replace_private

FILE = "secrets.json"
OFFICE_FILE = "office-secrets.json"
KEY_BYTES = 32
_FORMAT = "minping secrets 2"
_FIRST_FORMAT = "minping secrets 1"
_OFFICE_FORMAT = "minping office secrets 1"
_OPT_OUTS = b"minping key of opt-outs 1"
_FINGERPRINT = b"minping fingerprint of secrets 1"


@dataclass(frozen=True)
class Vault:
    """The keys that every node of one instance has.

    ``token_key`` makes the stored digests of codes, ``cookie_key`` signs the cookie of an open campaign,
    ``link_key`` published links.
    """

    token_key: bytes = field(repr=False)
    cookie_key: bytes = field(repr=False)
    link_key: bytes = field(repr=False)

    def as_json(self) -> str:
        """Write the secrets as they are kept."""
        return _written(_FORMAT, {"token": self.token_key, "cookie": self.cookie_key, "link": self.link_key})

    @property
    def opt_out_key(self) -> bytes:
        """Return the key of numbers that want no message: it must hold as long as the instance does."""
        return hmac.digest(self.token_key, _OPT_OUTS, "sha256")

    def fingerprint(self) -> bytes:
        """Return what the database knows these secrets by; no key can be worked out of it.

        HMAC-SHA-256 (RFC 2104) under all three keys, 96 random bytes, of a text that nothing else uses.
        """
        return hmac.digest(self.token_key + self.cookie_key + self.link_key, _FINGERPRINT, "sha256")


def new_vault() -> Vault:
    """Make fresh secrets."""
    return Vault(*(secrets.token_bytes(KEY_BYTES) for _ in range(3)))


def read_vault(text: str) -> Vault:
    """Read secrets from what ``as_json`` wrote, or from what an earlier version did; raises ``BadFile``.

    Earlier one key signed links and sessions: links need it still, sessions get another.
    """
    read = _read(text, FILE)
    last = "session" if read.get("format") == _FIRST_FORMAT else "link"
    return Vault(*_keys(read, (_FORMAT, _FIRST_FORMAT), ("token", "cookie", last), FILE))


def load_vault(instance: Path) -> Vault:
    """Read an instance's secrets.

    Raises ``NotReady`` where there are none, or those of an earlier version, and ``BadFile``.
    """
    text = _text_of(instance, FILE)
    if text is None:
        raise NotReady(f"{instance} holds no secrets; run: minping init")
    if _read(text, FILE).get("format") == _FIRST_FORMAT:
        raise NotReady(f"{FILE} is of an earlier version of Minping; run: minping init")
    return read_vault(text)


def load_session_key(instance: Path) -> bytes | None:
    """Read the key of the administrators' sessions, ``None`` on a node for voters; raises ``BadFile``."""
    text = _text_of(instance, OFFICE_FILE)
    if text is None:
        return None
    [key] = _keys(_read(text, OFFICE_FILE), (_OFFICE_FORMAT,), ("session",), OFFICE_FILE)
    return key


def make_vault(instance: Path) -> Vault:
    """Read an instance's secrets, or make them where there are none, those of the office first.

    A file of an earlier version, in which both were, is split.
    """
    text = _text_of(instance, FILE)
    if text is None:
        make_session_key(instance)
        keep_vault(instance, new_vault())
    elif _read(text, FILE).get("format") == _FIRST_FORMAT:
        make_session_key(instance)
        replace_vault(instance, read_vault(text))
    return load_vault(instance)


def make_session_key(instance: Path) -> None:
    """Make a node the office's, if it is not that already."""
    if load_session_key(instance) is None:
        renew_session_key(instance)


def renew_session_key(instance: Path) -> None:
    """Make a new key of the administrators' sessions: everybody has to log in again.

    There is a whole file at every moment. What is left of the former key on the disk opens nothing any more.
    """
    written = _written(_OFFICE_FORMAT, {"session": secrets.token_bytes(KEY_BYTES)})
    replace_private(instance / OFFICE_FILE, written.encode())


def drop_session_key(instance: Path) -> None:
    """Make a node one for voters only."""
    destroy(instance / OFFICE_FILE)


def keep_vault(instance: Path, vault: Vault) -> None:
    """Write secrets into an instance that has none; raises ``BadFile`` where there are some."""
    if (instance / FILE).exists():
        raise BadFile(f"{instance / FILE} exists already")
    replace_vault(instance, vault)


def replace_vault(instance: Path, vault: Vault) -> None:
    """Write secrets into an instance, in the place of those that it has; raises ``BadFile``, ``NoSpace``."""
    replace_private(instance / FILE, vault.as_json().encode())


def _written(form: str, keys: dict[str, bytes]) -> str:
    return json.dumps({"format": form, **{name: key.hex() for name, key in keys.items()}}) + "\n"


def _text_of(instance: Path, name: str) -> str | None:
    try:
        return (instance / name).read_text()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise _no_secrets(name) from error


def _read(text: str, name: str) -> dict[str, object]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_secrets(name) from error
    if not isinstance(read, dict):
        raise _no_secrets(name)
    return read


def _keys(read: dict[str, object], forms: Sequence[str], names: Sequence[str], file: str) -> list[bytes]:
    try:
        keys = [bytes.fromhex(str(read[name])) for name in names]
    except (ValueError, KeyError) as error:
        raise _no_secrets(file) from error
    if read.get("format") not in forms or any(len(key) != KEY_BYTES for key in keys):
        raise _no_secrets(file)
    return keys


def _no_secrets(name: str) -> BadFile:
    return BadFile(f"{name} does not hold the secrets of an instance")
