"""The watch itself: what it must see."""

import os
import tempfile
from pathlib import Path

from .watching import open_files, watched


def test_a_file_that_lived_for_a_moment_is_seen(tmp_path: Path) -> None:
    with watched(tmp_path) as watch:
        assert watch.seen() == set()
        (tmp_path / "spooled").write_bytes(b"x")
        (tmp_path / "spooled").unlink()
        assert watch.seen() == {str(tmp_path / "spooled")}


def test_a_file_without_a_name_is_seen(tmp_path: Path) -> None:
    with watched(tmp_path) as watch, tempfile.TemporaryFile(dir=tmp_path) as file:
        file.write(b"x")
        file.flush()
        [seen] = watch.seen()
        assert "#" in seen
        assert any(str(tmp_path) in name for name in open_files([os.getpid()]))


def test_folders_below_are_watched_and_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "body").mkdir()
    with watched(tmp_path) as watch:
        list((tmp_path / "body").iterdir())
        assert watch.seen() == set()
        (tmp_path / "body" / "0001").touch()
        assert watch.seen() == {str(tmp_path / "body" / "0001")}
