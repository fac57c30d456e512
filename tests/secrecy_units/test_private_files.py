"""A private file has its name once it is whole, or leaves nothing; on every file system."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from survey.domain.errors import BadFile, NoSpace
from survey.secrecy.custody import new_private


@pytest.fixture(params=["nameless", "named", "without links", "unknown to the system"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on file systems that can do more and less."""
    usual = os.open

    def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")
        return usual(path, flags, *more, **named)

    def linked(*_given: Any, **_named: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if request.param == "unknown to the system":
        monkeypatch.delattr(os, "O_TMPFILE")
    elif request.param != "nameless":
        monkeypatch.setattr(os, "open", opened)
    if request.param == "without links":
        monkeypatch.setattr(Path, "hardlink_to", linked)
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def test_it_is_there_once_it_is_whole(folder: Path) -> None:
    with new_private(folder / "f") as out:
        out.write(b"one")
        assert not (folder / "f").exists()
        out.write(b"two")
    assert (folder / "f").read_bytes() == b"onetwo"
    assert (folder / "f").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["f"]


def broken_off(path: Path) -> None:
    with new_private(path) as out:
        out.write(b"one")
        raise EOFError


def test_what_fails_leaves_nothing(folder: Path) -> None:
    with pytest.raises(EOFError):
        broken_off(folder / "f")
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace, match=r"cannot write .*f: No space"), new_private(folder / "f") as out:
        out.write(b"one")
    assert list(folder.iterdir()) == []


def test_a_name_that_is_taken_is_kept(folder: Path) -> None:
    (folder / "f").write_bytes(b"before")
    (folder / "link").symlink_to("nowhere")
    for name in ("f", "link"):
        with pytest.raises(BadFile, match="exists already"), new_private(folder / name):
            pytest.fail("begun")
    with pytest.raises(BadFile, match="exists already"), new_private(folder / "late"):
        (folder / "late").write_bytes(b"another's")
    assert (folder / "f").read_bytes() == b"before"
    assert (folder / "late").read_bytes() == b"another's"
    assert sorted(path.name for path in folder.iterdir()) == ["f", "late", "link"]


def test_a_folder_that_is_not_there(folder: Path) -> None:
    with pytest.raises(BadFile, match="cannot write"), new_private(folder / "none" / "f"):
        pytest.fail("begun")
