"""Searching files for bytes that must not be in them."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


def files_below(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def read(path: Path) -> bytes:
    """Read a file; one that its database has just taken away holds nothing any more.

    SQLite's are read by a process of their own: closing a file takes away every lock that a process has on
    it, those of its open connections too. Whoever opened the database next then took the shared memory of
    this process for left over and cut it short under its feet.
    """
    if ".sqlite3" in path.name:
        return subprocess.run(["/bin/cat", path], env={}, capture_output=True, check=False).stdout
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def found_in(files: Iterable[Path], needles: dict[str, bytes]) -> set[tuple[str, str]]:
    """Return each name of a needle with the name of each file that holds it."""
    met = set()
    for path in files:
        content = read(path)
        met |= {(name, path.name) for name, needle in needles.items() if needle in content}
    return met


def written_ways(name: str, text: str) -> dict[str, bytes]:
    """Return a text as a file might hold it."""
    ways = {text, text.replace("-", ""), quote(text), ascii(text)[1:-1], text.lower()}
    return {f"{name}, as {way!r}": way.encode() for way in ways} | {
        f"{name}, UTF-16": text.encode("utf-16-le")
    }


def raw_ways(name: str, secret: bytes) -> dict[str, bytes]:
    """Return bytes as a file might hold them."""
    return {
        name: secret,
        f"{name}, hex": secret.hex().encode(),
        f"{name}, HEX": secret.hex().upper().encode(),
    }


def chunks(name: str, blob: bytes, size: int = 24) -> dict[str, bytes]:
    """Cut a blob so that a part of it that is left over is found."""
    starts = range(0, len(blob) - size + 1, 200)
    return {f"{name} at {start}": blob[start : start + size] for start in starts}
