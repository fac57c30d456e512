"""What waits in the instance for a job is noise without the paper key, whole or nothing, and goes again."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.domain.errors import FileGone, WrongKey
from survey.secrecy.paper_key import PaperKey, new_paper_key
from survey.services.operations import sealed_files
from survey.services.operations.sealed_files import PIECE_BYTES

KEY = new_paper_key("town")
LATER = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sealed_files.sealed_folder(tmp_path)


@pytest.mark.parametrize(
    "chunks",
    [[], [b""], [b"one"], [b"a", b"", b"bc"], [b"x" * PIECE_BYTES], [b"y" * (2 * PIECE_BYTES + 5), b"z"]],
    ids=["none", "empty", "one", "small", "a piece", "large"],
)
def test_what_is_stored_is_read_back(folder: Path, chunks: list[bytes]) -> None:
    name = sealed_files.store(folder, KEY, iter(chunks))
    assert sealed_files.read(folder, KEY, name) == b"".join(chunks)
    assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_of_it_lies_in_plain(folder: Path) -> None:
    name = sealed_files.store(folder, KEY, [b"HE6M-1110-RDV1-EWZE"] * 3)
    assert b"HE6M" not in (folder / name).read_bytes()
    for key in (new_paper_key("town"), PaperKey("other", KEY.seed)):
        with pytest.raises(WrongKey):
            sealed_files.read(folder, key, name)


def test_what_was_cut_off_swapped_or_renamed_is_not_read(folder: Path) -> None:
    name = sealed_files.store(folder, KEY, [b"x" * PIECE_BYTES, b"y" * PIECE_BYTES])
    whole = (folder / name).read_bytes()
    piece = 4 + 12 + PIECE_BYTES + 16
    for changed in (
        whole[:-1],
        whole[: 2 * piece],
        whole[piece:],
        whole[piece : 2 * piece] + whole[:piece] + whole[2 * piece :],
        b"",
        b"\xff" * 40,
    ):
        (folder / name).write_bytes(changed)
        with pytest.raises(WrongKey):
            sealed_files.read(folder, KEY, name)
    (folder / ("0" * 32)).write_bytes(whole)
    with pytest.raises(WrongKey):
        sealed_files.read(folder, KEY, "0" * 32)


def test_a_failure_leaves_nothing(folder: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * PIECE_BYTES * 2
        raise EOFError

    with pytest.raises(EOFError):
        sealed_files.store(folder, KEY, chunks())
    assert list(folder.iterdir()) == []


def test_a_file_goes_when_it_is_done_with(folder: Path) -> None:
    name = sealed_files.store(folder, KEY, [b"one"])
    sealed_files.destroy(folder, name)
    sealed_files.destroy(folder, name)
    with pytest.raises(FileGone):
        sealed_files.read(folder, KEY, name)
    for outside in ("../secrets.json", "", "x"):
        with pytest.raises(FileGone):
            sealed_files.destroy(folder, outside)


def test_what_nobody_waits_for_is_swept(folder: Path) -> None:
    waited, left = (sealed_files.store(folder, KEY, [b"one"]) for _ in range(2))
    sealed_files.sweep(folder, {waited}, datetime.now(UTC) - timedelta(hours=1))
    assert len(list(folder.iterdir())) == 2
    (folder / f".{'0' * 32}.1234.part").write_bytes(b"half")
    os.utime(folder / f".{'0' * 32}.1234.part", (0, 0))
    sealed_files.sweep(folder, {waited}, LATER)
    assert [path.name for path in folder.iterdir()] == [waited]
    assert not (folder / left).exists()
