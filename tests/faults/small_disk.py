"""A full disk: a small file system of its own where one may be mounted, and a limit that works everywhere.

Under the limit every file that would grow past some size is refused, which the programme meets as a full disk
that still says it has room: so it fails deeper inside.
"""

import contextlib
import resource
import subprocess
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

MOUNTED, LIMITED = "mounted", "limited"
MEBIBYTE = 1 << 20


class SmallDisk:
    """A folder on a disk that can be filled."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.kind = kind

    @contextlib.contextmanager
    def full(self, room: int = 0) -> Iterator[None]:
        """Leave so many bytes free for the length of a block; under the limit, to each file."""
        if self.kind == LIMITED:
            before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
            return
        self.fill(room)
        try:
            yield
        finally:
            self.make_room()

    def fill(self, room: int = 0) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as out:
            with pytest.raises(OSError, match="No space left"):
                out.writelines(repeat(bytes(4096)))
            out.truncate(max(0, out.tell() - room))

    def make_room(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)


def cannot_mount(folder: Path) -> str:
    """Return why no file system can be mounted here, or nothing."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "minping-test", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        return ""
    return done.stderr.decode().strip() or "mount failed"


def unmount(folder: Path) -> None:
    # Lazily: a test that failed may have left something open.
    subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def small_disk(kind: str, folder: Path) -> Iterator[SmallDisk]:
    """Give a small disk below a folder."""
    place = folder / "disk"
    place.mkdir()
    if kind == LIMITED:
        yield SmallDisk(place, kind)
        return
    try:
        reason = cannot_mount(place)
    except FileNotFoundError:
        reason = "no mount command"
    if reason:
        pytest.skip(f"no small file system can be mounted ({reason}); the limit stands in for it")
    try:
        yield SmallDisk(place, kind)
    finally:
        unmount(place)
