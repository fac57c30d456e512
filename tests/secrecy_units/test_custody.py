"""Custody of a box's key: shares put together again, key files that only their owner reads."""

import json
import stat
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from survey.domain.definition.campaign import Campaign, Custody, State
from survey.domain.errors import BadFile, BadShare
from survey.secrecy.box import BoxKey
from survey.secrecy.custody import (
    combine,
    destroy,
    read_key_file,
    split,
    write_key_file,
    write_private,
)
from survey.secrecy.share_input import read_share, read_words
from survey.services.campaigns.campaigns import Armed
from survey.services.custody.carried_share import share_text
from survey.services.custody.key_files import Undo, write_shares
from tests.builders import built
from tests.qr_codes import qr_codes

SEED = bytes(range(100, 132))
SETS = {(n, k): [share.as_text() for share in split("town", SEED, n, k)] for n, k in [(2, 2), (3, 2), (3, 3)]}
SETS |= {
    (n, k): [share.as_text() for share in split("town", SEED, n, k)] for n, k in [(5, 3), (9, 2), (1, 1)]
}
OTHER = [share.as_text() for share in split("town", SEED[::-1], 3, 2)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Shares


@pytest.mark.parametrize(("n", "k"), SETS)
def test_any_k_of_n_open_the_box(n: int, k: int) -> None:
    for chosen in combinations(SETS[n, k], k):
        assert combine(chosen) == SEED
        assert combine(chosen[::-1]) == SEED


@pytest.mark.parametrize(("n", "k"), [pair for pair in SETS if pair[1] > 1])
def test_fewer_do_not(n: int, k: int) -> None:
    for chosen in combinations(SETS[n, k], k - 1):
        with pytest.raises(BadShare):
            combine(chosen)


def test_none_do_not() -> None:
    with pytest.raises(BadShare):
        combine([])
    with pytest.raises(BadShare):
        combine(["# only a comment\n"])


def test_one_share_given_twice_is_one_share() -> None:
    with pytest.raises(BadShare):
        combine([SETS[3, 2][0]] * 2)


@pytest.mark.parametrize(("n", "k"), [(3, 2), (5, 3), (9, 2)])
def test_more_than_needed_are_welcome(n: int, k: int) -> None:
    for more in range(k + 1, n + 1):
        assert combine(SETS[n, k][:more]) == SEED


def test_shares_of_two_boxes_do_not_go_together() -> None:
    for mine in SETS[3, 2]:
        for theirs in OTHER:
            with pytest.raises(BadShare):
                combine([mine, theirs])
            with pytest.raises(BadShare):
                combine([*SETS[3, 2][:2], theirs])
            with pytest.raises(BadShare):
                combine([theirs, *SETS[3, 2][:2]])


def words_of(text: str) -> list[str]:
    return read_words(text)


@pytest.mark.parametrize("place", range(0, 33, 4))
def test_a_damaged_word_is_found(place: int) -> None:
    words = words_of(SETS[3, 2][0])
    for damage in ("academic" if words[place] != "academic" else "acid", words[place][:3], "", "词"):
        damaged = " ".join([*words[:place], damage, *words[place + 1 :]])
        with pytest.raises(BadShare):
            combine([damaged, SETS[3, 2][1]])


def test_two_words_swapped_are_found() -> None:
    words = words_of(SETS[3, 2][0])
    words[10], words[11] = words[11], words[10]
    with pytest.raises(BadShare):
        combine([" ".join(words), SETS[3, 2][1]])


@pytest.mark.parametrize("garbage", ["", "a b c", "\0", "academic " * 33, "PNG" * 100])
def test_garbage_is_no_share(garbage: str) -> None:
    with pytest.raises(BadShare):
        combine([garbage, SETS[3, 2][1]])


def test_shares_are_read_as_people_write_them() -> None:
    words = words_of(SETS[3, 2][0])
    lines = "\r\n".join(" ".join(words[start : start + 5]) for start in range(0, len(words), 5))
    assert combine([f"\n  {lines.upper()} \n\n", SETS[3, 2][2]]) == SEED


@pytest.mark.parametrize(
    ("n", "k"), [(0, 0), (3, 1), (3, 4), (17, 2), (2, 0), (-1, -1), (5, -2), (1, 2), (100, 50)]
)
def test_numbers_that_do_not_go_together(n: int, k: int) -> None:
    with pytest.raises(BadShare):
        split("town", SEED, n, k)


def test_the_text_tells_its_holder_what_it_is() -> None:
    text = SETS[5, 3][3]
    assert "town" in text
    assert "Share 4 of 5; any 3 of them" in text
    assert "第 4 份,共 5 份;任意 3 份" in text


def test_no_share_holds_the_seed() -> None:
    for texts in SETS.values():
        assert all(SEED.hex() not in text for text in texts)


def test_two_splits_of_one_seed_differ() -> None:
    assert split("town", SEED, 3, 2) != split("town", SEED, 3, 2)


# Shares on paper


def an_armed() -> Armed:
    public = BoxKey(SEED).public_bytes()
    values: dict[str, Any] = {field.name: False for field in fields(Campaign)}
    values |= {"definition": built(), "public_key": public, "custody": Custody.SCRUTINEERS}
    return Armed(Campaign(**values | {"state": State.ARMED}), SEED, "0000-0000-0000")


def test_share_files_open_the_box_from_words_and_from_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "shares"
    with Undo() as undo:
        files = write_shares(folder, an_armed(), undo, shares=3, threshold=2)
    assert [path.name for path in files] == [f"small-share-{n}.txt" for n in (1, 2, 3)]
    assert sorted(path.suffix for path in folder.iterdir()) == [".pdf"] * 3 + [".png"] * 3 + [".txt"] * 3
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert mode(folder) == 0o700
    assert combine([path.read_text() for path in files[1:]]) == SEED
    seen = []
    for path in files:
        with Image.open(path.with_suffix(".png")) as picture:
            (code,) = qr_codes(picture)
        assert code.text == read_share(path.read_text()).words
        assert read_share(share_text(path.with_suffix(".pdf").read_bytes())).words == code.text
        seen.append(code.text)
    assert combine(seen[:2]) == SEED


def test_shares_are_not_written_over_others(tmp_path: Path) -> None:
    with Undo() as undo:
        write_shares(tmp_path, an_armed(), undo, shares=2, threshold=2)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(BadFile), Undo() as undo:
        write_shares(tmp_path, an_armed(), undo, shares=2, threshold=2)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_failure_half_way_leaves_no_share(tmp_path: Path) -> None:
    (tmp_path / "small-share-3.png").write_bytes(b"other")
    with pytest.raises(BadFile), Undo() as undo:
        write_shares(tmp_path, an_armed(), undo, shares=3, threshold=2)
    assert [path.name for path in tmp_path.iterdir()] == ["small-share-3.png"]


def test_no_folder_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadFile), Undo() as undo:
        write_shares(tmp_path / "file" / "shares", an_armed(), undo, shares=3, threshold=2)


# Key files


def test_a_key_file_is_private_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "town.key"
    write_key_file(path, "town", SEED)
    assert mode(path) == 0o600
    assert read_key_file(path) == SEED


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    import os

    before = os.umask(umask)
    try:
        write_private(tmp_path / "f", b"x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "f") == 0o600


def test_an_existing_file_is_refused_and_left(tmp_path: Path) -> None:
    path = tmp_path / "town.key"
    path.write_text("before")
    with pytest.raises(BadFile, match="exists already"):
        write_key_file(path, "town", SEED)
    assert path.read_text() == "before"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadFile):
        write_private(tmp_path / "link", b"x")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        write_private(tmp_path / "none" / "f", b"x")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"3",
        b"\xff\xfe",
        b'{"format": "minping key 2", "seed": "00"}',
        json.dumps({"format": "minping key 1", "seed": "00"}).encode(),
        json.dumps({"format": "minping key 1", "seed": "zz" * 32}).encode(),
        json.dumps({"format": "minping key 1", "seed": 5}).encode(),
        json.dumps({"format": "minping key 1"}).encode(),
    ],
)
def test_what_is_no_key_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "town.key"
    path.write_bytes(content)
    with pytest.raises(BadFile):
        read_key_file(path)


def test_no_key_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="exported copy"):
        read_key_file(tmp_path / "none.key")
    with pytest.raises(BadFile):
        read_key_file(tmp_path)


def test_a_destroyed_file_is_overwritten_and_gone(tmp_path: Path) -> None:
    path = tmp_path / "town.key"
    write_key_file(path, "town", SEED)
    (tmp_path / "second name").hardlink_to(path)
    size = path.stat().st_size
    destroy(path)
    assert not path.exists()
    left = (tmp_path / "second name").read_bytes()
    assert len(left) == size
    assert SEED.hex().encode() not in left


def test_destroying_what_is_not_there(tmp_path: Path) -> None:
    destroy(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_undo_takes_files_away_only_on_failure(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with Undo() as undo:
        write_private(path, b"x")
        undo.files.append(path)
    assert path.exists()
    undo = Undo()
    undo.files.append(path)
    with pytest.raises(KeyError), undo:
        raise KeyError
    assert not path.exists()
