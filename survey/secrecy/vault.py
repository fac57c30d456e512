"""The instance's own secrets, made once and kept in a file beside the database."""

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from survey.domain.errors import BadFile, NotReady

from .custody import replace_private

FILE = "secrets.json"
KEY_BYTES = 32
_FORMAT = "minping secrets 1"


@dataclass(frozen=True)
class Vault:
    """The keys of one instance.

    ``token_key`` makes the stored digests of codes, ``cookie_key`` signs the cookie of an open campaign,
    ``session_key`` the administrators' sessions and links.
    """

    token_key: bytes = field(repr=False)
    cookie_key: bytes = field(repr=False)
    session_key: bytes = field(repr=False)

    def as_json(self) -> str:
        """Write the secrets as they are kept."""
        keys = {"token": self.token_key, "cookie": self.cookie_key, "session": self.session_key}
        return json.dumps({"format": _FORMAT, **{name: key.hex() for name, key in keys.items()}}) + "\n"


def new_vault() -> Vault:
    """Make fresh secrets."""
    return Vault(*(secrets.token_bytes(KEY_BYTES) for _ in range(3)))


def read_vault(text: str) -> Vault:
    """Read secrets from what ``as_json`` wrote; raises ``BadFile``."""
    try:
        read = json.loads(text)
        if read["format"] != _FORMAT:
            raise ValueError(read["format"])
        keys = [bytes.fromhex(read[name]) for name in ("token", "cookie", "session")]
        if any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("a key of another length")
        return Vault(*keys)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadFile(f"{FILE} does not hold the secrets of an instance") from error


def load_vault(instance: Path) -> Vault:
    """Read an instance's secrets; raises ``NotReady`` where there are none."""
    try:
        return read_vault((instance / FILE).read_text())
    except FileNotFoundError as error:
        raise NotReady(f"{instance} holds no secrets; run: minping init") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{FILE} does not hold the secrets of an instance") from error


def make_vault(instance: Path) -> Vault:
    """Read an instance's secrets, or make them where there are none."""
    if not (instance / FILE).exists():
        keep_vault(instance, new_vault())
    return load_vault(instance)


def keep_vault(instance: Path, vault: Vault) -> None:
    """Write secrets into an instance that has none; raises ``BadFile`` where there are some."""
    if (instance / FILE).exists():
        raise BadFile(f"{instance / FILE} exists already")
    replace_vault(instance, vault)


def replace_vault(instance: Path, vault: Vault) -> None:
    """Write secrets into an instance, in the place of those that it has; raises ``BadFile``, ``NoSpace``."""
    replace_private(instance / FILE, vault.as_json().encode())
