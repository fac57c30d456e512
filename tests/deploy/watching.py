"""What happens in folders, as the kernel tells it: short-lived and nameless files too."""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# From inotify(7): modified, closed after writing, opened, moved here, created.
_EVENTS = 0x2 | 0x8 | 0x20 | 0x80 | 0x100
_ONLY_FOLDERS = 0x01000000
_IS_FOLDER = 0x40000000
_HEAD = struct.Struct("iIII")


class Watch:
    """Folders that are watched."""

    def __init__(self, folders: list[Path]) -> None:
        if not sys.platform.startswith("linux"):
            pytest.skip("inotify is Linux's: that nothing is written to temporary folders was not watched")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = int(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._folders: dict[int, Path] = {}
        self._seen: set[str] = set()
        for folder in folders:
            for path in (folder, *(below for below in folder.rglob("*") if below.is_dir())):
                number = self._libc.inotify_add_watch(self._fd, bytes(path), _EVENTS | _ONLY_FOLDERS)
                assert number >= 0, os.strerror(ctypes.get_errno())
                self._folders[number] = path

    def seen(self) -> set[str]:
        """Return the files that were made, opened or written in the folders so far."""
        while True:
            try:
                content = os.read(self._fd, 1 << 16)
            except BlockingIOError:
                return self._seen
            self._take(content)

    def _take(self, content: bytes) -> None:
        place = 0
        while place < len(content):
            number, mask, _, length = _HEAD.unpack_from(content, place)
            place += _HEAD.size + length
            name = content[place - length : place].rstrip(b"\0").decode()
            # Programs that start list a folder for temporary files; that is no file.
            if name and not mask & _IS_FOLDER:
                self._seen.add(str(self._folders[number] / name))

    def close(self) -> None:
        os.close(self._fd)


@contextmanager
def watched(*folders: Path) -> Iterator[Watch]:
    """Watch folders, and those below them, for the length of a block."""
    watch = Watch(list(folders))
    try:
        yield watch
    finally:
        watch.close()


def open_files(pids: list[int]) -> set[str]:
    """Return the regular files that processes hold open, deleted ones too."""
    found = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = str(link.readlink())
            except FileNotFoundError:  # closed meanwhile
                continue
            if target.startswith("/") and not target.startswith(("/dev/null", "/proc/", "/sys/")):
                found.add(target)
    return found
