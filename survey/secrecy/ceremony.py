"""The key of a ceremony: in a file of its own from its beginning to its end, then destroyed.

What pages carry from one step to the next is encrypted under it. Without the file, whoever kept pages,
cookies and backups has nothing: the file is in no backup, and whatever ends the ceremony destroys it.
"""

import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from survey.domain.errors import StalePage

from .custody import destroy, replace_private

FOLDER = "ceremonies"
KEY_BYTES = 32
MAX_DURATION = timedelta(minutes=90)
"""How long a ceremony lasts at most."""
_FORMAT = "minping ceremony 1"
_SUFFIX = ".key"


@dataclass(frozen=True)
class _KeptShare:
    key: bytes = field(repr=False)
    until: datetime
    holder: str

    def is_over(self, at: datetime) -> bool:
        # The second half: a clock that was set back does not lengthen it.
        return at > self.until or self.until - at > 2 * MAX_DURATION


def begin(instance: Path, name: str, secret: bytes, until: datetime) -> None:
    """Make the key of a ceremony of this name; an earlier one ends with that.

    ``secret`` is what the browser that began it holds. Raises ``BadFile`` and ``NoSpace``.
    """
    content = {
        "format": _FORMAT,
        "key": secrets.token_hex(KEY_BYTES),
        "until": until.isoformat(),
        "holder": _digest(secret),
    }
    with _locked(instance) as folder:
        destroy(_path(folder, name))
        replace_private(_path(folder, name), json.dumps(content).encode())


def key_of(instance: Path, name: str, secret: bytes, at: datetime) -> bytes:
    """Return the key of a ceremony that goes on, to the browser that began it.

    Raises ``StalePage`` where it is over (``expired``), or was ended or begun anew (``foreign``).
    """
    with _locked(instance) as folder:
        kept = _read(_path(folder, name))
        if kept is None or not hmac.compare_digest(kept.holder, _digest(secret)):
            raise StalePage("foreign")
        if kept.is_over(at):
            destroy(_path(folder, name))
            raise StalePage("expired")
        return kept.key


def end(instance: Path, name: str, secret: bytes | None = None) -> None:
    """Destroy the key of a ceremony; with ``secret`` only of the one that this browser began."""
    with _locked(instance) as folder:
        kept = _read(_path(folder, name))
        if secret is None or (kept and hmac.compare_digest(kept.holder, _digest(secret))):
            destroy(_path(folder, name))


def going_on(instance: Path) -> list[str]:
    """Return the names of the ceremonies whose keys are there."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in (instance / FOLDER).glob(f"*{_SUFFIX}"))


def sweep(instance: Path, at: datetime) -> None:
    """Destroy the keys of ceremonies that nobody ended in time, and what was left half written."""
    if not (instance / FOLDER).is_dir():
        return
    with _locked(instance) as folder:
        for path in sorted(folder.iterdir()):
            kept = _read(path) if path.suffix == _SUFFIX else None
            if kept is None or kept.is_over(at):
                destroy(path)


@contextmanager
def _locked(instance: Path) -> Iterator[Path]:
    """Give the folder of keys to one process at a time."""
    folder = instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}{_SUFFIX}"


def _digest(secret: bytes) -> str:
    return sha256(secret).hexdigest()


def _read(path: Path) -> _KeptShare | None:
    """Read a key, ``None`` where there is none or the file is damaged."""
    try:
        read = json.loads(path.read_bytes())
        key, until = bytes.fromhex(read["key"]), datetime.fromisoformat(read["until"])
        if read["format"] != _FORMAT or len(key) != KEY_BYTES or until.tzinfo is None:
            return None
        return _KeptShare(key, until, str(read["holder"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
