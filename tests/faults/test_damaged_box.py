"""What is damaged is never taken for something else: a sealed ballot, a share, a key file."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from survey.config import Settings
from survey.services.count import opening
from tests.conftest import settings_on
from tests.job import attempt, minping, read_codes, receipts, totals
from tests.lengths import times
from tests.shell import DEFINITION

from .stages import ACTS, CODE, SIGN, STDIN, Stages, vote

pytestmark = pytest.mark.slow

FLIPS = times(60, 5000)


def rows(settings: Settings) -> list[tuple[int, bytes, bytes]]:
    """Read every sealed ballot: campaign, key, content."""
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT campaign_id, key, sealed FROM ballots ORDER BY key"))
            return [(number, bytes(key), bytes(sealed)) for number, key, sealed in found]
    finally:
        engine.dispose()


def put(settings: Settings, changed: list[tuple[int, bytes, bytes]]) -> None:
    """Write sealed ballots back, as somebody does who may write to the database."""
    engine = create_engine(settings.database_url)
    try:
        with engine.begin() as connection:
            for number, key, sealed in changed:
                connection.execute(
                    text("UPDATE ballots SET sealed = :sealed WHERE campaign_id = :number AND key = :key"),
                    {"sealed": sealed, "number": number, "key": key},
                )
    finally:
        engine.dispose()


def flipped(sealed: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(sealed))
    return sealed[:place] + bytes([sealed[place] ^ 1 << rng.randrange(8)]) + sealed[place + 1 :]


DAMAGE: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flipped": flipped,
    "truncated": lambda sealed, rng: sealed[: rng.randrange(len(sealed))],
    "empty": lambda _sealed, _rng: b"",
    "longer": lambda sealed, _rng: sealed + b"\0",
    "other bytes": lambda sealed, rng: rng.randbytes(len(sealed)),
    "zeros": lambda sealed, _rng: bytes(len(sealed)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_ballot_is_unreadable_and_the_rest_is_counted(
    damage: str, stages: Stages, tmp_path: Path
) -> None:
    settings = stages.copy("closed", tmp_path)
    kept = rows(settings)
    rng = random.Random(5)
    put(settings, [(number, key, DAMAGE[damage](sealed, rng)) for number, key, sealed in kept[:3]])
    said = minping(settings, *ACTS["counted"])
    assert "warning: group A: 3 of 8 returned ballots could not be read" in said.err
    total = totals(settings, CODE, tmp_path)
    assert [total[name] for name in ("returned", "valid", "spoiled", "unreadable")] == [8, 5, 0, 3]
    assert set(receipts(settings, CODE)) < set(stages.known)
    # A damaged disk must not stand in the way of a result: the papers name the number instead.
    minping(settings, *SIGN, stdin=STDIN)


@pytest.mark.parametrize("alone", [True, False], ids=["one process", "several"])
def test_no_flipped_bit_is_ever_counted(
    alone: bool, stages: Stages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every ballot of a box is damaged, many times over: none is ever opened."""
    settings = stages.copy("closed", tmp_path)
    if not alone:
        monkeypatch.setattr(opening, "ALONE", 0)
    rng = random.Random(7)
    ((number, _, sealed), *_) = rows(settings)
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM ballots"))
        for _ in range(FLIPS):
            row = {"number": number, "key": rng.randbytes(16), "sealed": flipped(sealed, rng)}
            connection.execute(text("INSERT INTO ballots VALUES (:number, :key, :sealed)"), row)
    engine.dispose()
    minping(settings, *ACTS["counted"])
    total = totals(settings, CODE, tmp_path)
    assert (total["returned"], total["valid"], total["unreadable"]) == (8, 0, 8)
    assert receipts(settings, CODE) == []


@dataclass(frozen=True)
class Held:
    """Two campaigns whose keys scrutineers hold, closed, and the files of their shares."""

    settings: Settings
    shares: dict[str, list[Path]]
    known: dict[str, list[str]]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    folder = tmp_path_factory.mktemp("held")
    settings = settings_on("sqlite", folder, None)
    made = Held(settings, {}, {})
    for code in (CODE, "other"):
        definition = folder / f"{code}.toml"
        definition.write_text(DEFINITION.replace('code = "small"', f'code = "{code}"'))
        minping(settings, "campaign", "load", definition)
        shares = folder / f"{code}-shares"
        order = ("--custody", "scrutineers", "--shares", "3", "--threshold", "2", "--shares-dir")
        minping(settings, "campaign", "arm", code, *order, shares)
        minping(settings, "token", "issue", code, "--csv", folder / f"{code}.csv")
        minping(settings, "campaign", "open", code)
        made.known[code] = sorted(vote(settings, read_codes(folder / f"{code}.csv")["A"][:4]))
        made.shares[code] = sorted(shares.glob("*.txt"))
        minping(settings, "campaign", "close", code)
    return made


def fresh(held: Held, folder: Path) -> Settings:
    shutil.copytree(held.settings.instance, folder / "instance")
    return settings_of(folder)


def settings_of(folder: Path) -> Settings:
    from .stages import at

    return at(folder)


def count(settings: Settings, *shares: Path) -> tuple[str | Path, ...]:
    return ("campaign", "count", CODE, *(part for share in shares for part in ("--share-file", share)))


@pytest.mark.parametrize("pair", list(combinations(range(3), 2)))
def test_a_lost_share_stops_nothing(pair: tuple[int, int], held: Held, tmp_path: Path) -> None:
    settings = fresh(held, tmp_path)
    minping(settings, *count(settings, *(held.shares[CODE][place] for place in pair)))
    assert receipts(settings, CODE) == held.known[CODE]


def test_too_few_damaged_or_other_shares_open_nothing(held: Held, tmp_path: Path) -> None:
    settings = fresh(held, tmp_path)
    first, second, _ = held.shares[CODE]
    words = second.read_text().split()
    damaged, swapped, cut = (tmp_path / name for name in ("damaged.txt", "swapped.txt", "cut.txt"))
    damaged.write_text(" ".join([*words[:-3], "academic", *words[-2:]]))
    swapped.write_text(" ".join([*words[:-2], words[-1], words[-2]]))
    cut.write_text(" ".join(words[:-1]))
    for wrong in (
        [],
        [first],
        [first, first],
        [first, damaged],
        [first, swapped],
        [first, cut],
        [first, held.shares["other"][1]],
        held.shares["other"][:2],
        [first, tmp_path],
        [first, tmp_path / "none.txt"],
    ):
        said = attempt(settings, *count(settings, *wrong))
        assert (said.status, said.out, said.err.count("\n")) == (1, "", 1), (wrong, said)
        for word in words[-6:]:
            assert f" {word} " not in said.err
    minping(settings, *count(settings, first, second))


def test_ballots_put_into_another_box_open_in_neither(held: Held, tmp_path: Path) -> None:
    settings = fresh(held, tmp_path)
    kept = rows(settings)
    ours = [row for row in kept if row[0] == 1]
    theirs = [row for row in kept if row[0] == 2]
    put(settings, [(*ours[0][:2], theirs[0][2]), (*theirs[0][:2], ours[0][2])])
    said = minping(settings, *count(settings, *held.shares[CODE][1:]))
    assert "1 of 4 returned ballots could not be read" in said.err
    assert len(receipts(settings, CODE)) == 3


@pytest.mark.parametrize("damage", ["gone", "cut", "flipped", "empty", "other"])
def test_a_damaged_key_file_is_named_and_its_copy_opens(damage: str, stages: Stages, tmp_path: Path) -> None:
    settings = stages.copy("closed", tmp_path)
    path = settings.keys / f"{CODE}.key"
    whole = path.read_bytes()
    place = whole.index(b'"seed": "') + 12
    path.write_bytes(
        {
            "gone": b"",
            "cut": whole[:-9],
            "flipped": whole[:place]
            + (b"0" if whole[place : place + 1] != b"0" else b"1")
            + whole[place + 1 :],
            "empty": b"",
            "other": whole.replace(b"minping key 1", b"minping key 2"),
        }[damage]
    )
    if damage == "gone":
        path.unlink()
    said = attempt(settings, *ACTS["counted"])
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1), said
    assert "key" in said.err
    path.write_bytes(whole)
    minping(settings, *ACTS["counted"])
    assert receipts(settings, CODE) == stages.known
