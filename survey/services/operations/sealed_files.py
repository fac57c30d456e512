"""Files that wait for a job in the instance, sealed under the paper key: lists of codes, scans of ballots.

They lie in a folder beside the database, in no backup. What is left of one once the key is gone is noise.
"""

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from survey.domain.errors import FileGone, WrongKey
from survey.secrecy import custody
from survey.secrecy.paper_key import PaperKey

PIECE_BYTES = 1 << 20
"""Bytes of a piece before it is sealed: what is in memory of a file that is being stored."""
_LENGTH_BYTES = 4
_NAME = re.compile(r"[0-9a-f]{32}")


def sealed_folder(instance: Path) -> Path:
    """Return the folder of these files in an instance, made where it is not there."""
    folder = instance / "paper"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def store(folder: Path, key: PaperKey, chunks: Iterable[bytes]) -> str:
    """Write a new file of mode 0600 as its chunks come, never in plain; return its name.

    Whatever stops it, no half of the file stays. Raises ``BadFile``, ``NoSpace``, and what ``chunks`` raises.
    """
    name = secrets.token_hex(16)
    with custody.new_private(folder / name) as out:
        number = 0
        for piece in _pieces(chunks):
            _write(out.write, key.encrypt(piece, _place(name, number, last=False)))
            number += 1
        # An end of its own: what was cut off is known for it, also between two pieces.
        _write(out.write, key.encrypt(b"", _place(name, number, last=True)))
    return name


def read(folder: Path, key: PaperKey, name: str) -> bytes:
    """Return what was stored, in memory; raises ``FileGone``, and ``WrongKey`` where it is not whole."""
    return b"".join(pieces(folder, key, name))


def pieces(folder: Path, key: PaperKey, name: str) -> Iterator[bytes]:
    """Go through what was stored, piece by piece; only at the end is it known to be whole."""
    try:
        file = _path(folder, name).open("rb")
    except FileNotFoundError as error:
        raise FileGone("this file is no longer on this machine") from error
    with file:
        number, last = 0, False
        while not last:
            length = int.from_bytes(file.read(_LENGTH_BYTES))
            sealed = file.read(min(length, 2 * PIECE_BYTES))
            try:
                yield key.decrypt(sealed, _place(name, number, last=False))
            except WrongKey:
                key.decrypt(sealed, _place(name, number, last=True))
                last = True
            number += 1


def destroy(folder: Path, name: str) -> None:
    """Overwrite and remove a file; nothing happens where there is none."""
    custody.destroy(_path(folder, name))


def sweep(folder: Path, names_in_use: Collection[str], older_than: datetime) -> None:
    """Destroy the files that nobody waits for and that were last written to before a moment.

    Those of a process that was killed while it wrote are among them.
    """
    for path in sorted(folder.iterdir()):
        if path.name in names_in_use or not path.is_file():
            continue
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < older_than:
            custody.destroy(path)


def _path(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise FileGone("there is no such file")
    return folder / name


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    for chunk in chunks:
        kept += chunk
        while len(kept) >= PIECE_BYTES:
            yield bytes(kept[:PIECE_BYTES])
            del kept[:PIECE_BYTES]
    if kept:
        yield bytes(kept)


def _write(write: Callable[[bytes], object], sealed: bytes) -> None:
    write(len(sealed).to_bytes(_LENGTH_BYTES) + sealed)


def _place(name: str, number: int, *, last: bool) -> bytes:
    return f"{name} {number} {last}".encode()
