"""Paper polls: no file of any stage but the destroyed key tells a serial, or whose a ballot is.

The attacker knows the order of scanning and the digest of every code, and has the disk, the logs, temporary
folders and backups of every stage. Not the key: it is destroyed at the close.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey.config import Settings
from survey.secrecy.paper_key import PaperKey
from survey.storage.database import db
from survey.storage.operations import copying
from tests.conftest import settings_on
from tests.postgres import Postgres

from . import paper_polls
from . import polls as making
from .attacker import Score, attack, leaks
from .bytes_on_disk import found_in, raw_ways, written_ways
from .evidence import Disk
from .paper_polls import BATCHES, PAPER, PaperPoll
from .places import Places
from .polls import VOTERS, Poll, quick_app
from .postgres_disk import PostgresDisk
from .sqlite_disk import SqliteDisk

POLLS = 12
STAGES = ("waiting", "half decided", "put in", "closed", "certified", "shredded")


@dataclass
class Taken:
    """Copies of what was on disk at every stage, and what was found in the files there."""

    polls: list[PaperPoll] = field(default_factory=list)
    disks: dict[str, Disk] = field(default_factory=dict)
    found: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    @property
    def plain(self) -> list[Poll]:
        """List the polls as the attacker of polls takes them."""
        return [one.poll for one in self.polls]


def _needles(polls: list[PaperPoll]) -> dict[str, bytes]:
    """Return what no file may hold: serials, pictures of lines, uploads, what was typed, the key."""
    looked = {}
    for one in polls:
        for serial in one.serials():
            looked |= written_ways(f"serial {serial}", serial)
        for number, picture in enumerate(one.pictures):
            looked[f"picture {number} of {one.poll.code}"] = picture
        for number, content in enumerate(one.uploads):
            looked[f"upload {number} of {one.poll.code}"] = content
        for voter in one.written:
            looked |= written_ways(f"words of {one.poll.code}", voter.text)
        looked |= raw_ways(f"key of {one.poll.code}", one.key.seed)
    return looked


class _Taking:
    """Takes polls through all stages, looking at the files in each."""

    def __init__(self, settings: Settings, folder: Path, postgres: Postgres | None, searched: int) -> None:
        self.taken = Taken()
        self._settings, self._folder, self._postgres = settings, folder, postgres
        self._searched = searched
        self._places = Places(settings, postgres)

    def look(self, stage: str) -> None:
        backup = self._folder / f"{stage}.backup"
        copying.write_backup(db.engine, "test", "{}", backup, datetime.now(UTC))
        # So few polls are searched for byte by byte; the linking is for all.
        files = [backup, *self._places.files(), *Path(tempfile.gettempdir()).rglob("*")]
        kept = [path for path in files if path.is_file()]
        self.taken.found[stage] = found_in(kept, _needles(self.taken.polls[: self._searched]))
        self.taken.disks[f"{stage} backup"] = SqliteDisk(backup, self._folder / f"{stage}-backup")
        if self._postgres:
            url = self._settings.database_url.replace("+psycopg", "")
            self.taken.disks[stage] = PostgresDisk(url, self._postgres.data)
        else:
            file = Path(self._settings.database_url.removeprefix("sqlite:///"))
            self.taken.disks[stage] = SqliteDisk(file, self._folder / stage)

    def run(self, number: int) -> Taken:
        with quick_app(self._settings) as app:
            polls = self.taken.polls = paper_polls.open_polls(app, number)
            with paper_polls.truth_of(polls):
                paper_polls.collect_all(polls)
                paper_polls.upload(polls)
                paper_polls.scan_all(polls)
                assert paper_polls.states(polls) == {(True, True)}
                self.look("waiting")
                paper_polls.decide_all(polls, "甲")
                self.look("half decided")
                paper_polls.decide_all(polls, "乙", put=True)
                self.look("put in")
                making.close_all(app, self.taken.plain)
            self.look("closed")
            making.certify_all(app, self.taken.plain)
            self.look("certified")
            making.shred_all(self.taken.plain)
            self.look("shredded")
        return self.taken


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def taken(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int], Taken]]:
    """Give the first run, or a second one where the first must be confirmed."""
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    made: list[Taken] = []

    def run(number: int) -> Taken:
        while len(made) <= number:
            folder = tmp_path_factory.mktemp("paper-polls")
            temporary = folder / "temporary"
            temporary.mkdir()
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(os.environ, "TMPDIR", str(temporary))
                patch.setattr(tempfile, "tempdir", str(temporary))
                settings = settings_on(request.param, folder / "instance", postgres)
                made.append(_Taking(settings, folder, postgres, searched=1).run(POLLS))
        return made[number]

    yield run
    for one in made:
        for disk in one.disks.values():
            disk.close()


def test_no_file_of_any_stage_holds_a_serial_a_picture_or_the_key(taken: Callable[[int], Taken]) -> None:
    found = {stage: taken(0).found[stage] for stage in STAGES}
    # What was written is read when the box is opened, and is then a text like those of phones.
    for stage in ("certified", "shredded"):
        words = {one for one in found[stage] if one[0].startswith("words ")}
        assert words
        found[stage] -= words
    assert {stage: left for stage, left in found.items() if left} == {}


def test_every_ballot_is_there_once(taken: Callable[[int], Taken]) -> None:
    for one in taken(0).polls:
        found = taken(0).disks["closed"].evidence(one.poll.code)
        assert len(found.sealed["key"]) == VOTERS
        assert {len(sealed) for sealed in found.sealed["key"]} == {len(one.poll.voters[0].sealed)}
        assert all(len(digests) == VOTERS for digests in found.spent.values())


@pytest.mark.parametrize("stage", [*STAGES[3:], *(f"{stage} backup" for stage in STAGES[3:])])
def test_nothing_is_linked_to_a_voter(taken: Callable[[int], Taken], stage: str) -> None:
    def scores(of: Taken) -> dict[str, Score]:
        return attack(of.disks[stage], of.plain)

    found = leaks(scores(taken(0)), POLLS)
    # Of a hundred honest strategies chance lifts one over the bound: it must do so in fresh polls too.
    again = leaks(scores(taken(1)), POLLS) if found else {}
    assert {name: score for name, score in again.items() if name in found} == {}


def test_before_the_close_a_sheet_is_one_of_all_that_were_put_in_with_it(
    taken: Callable[[int], Taken],
) -> None:
    """What shares a transaction is a whole run's: within it codes and ballots lie in orders of their own."""
    # By chance one hit for each time that ballots were put in together.
    chance = BATCHES * POLLS
    for stage in ("put in", "put in backup"):
        hits: Counter[str] = Counter()
        for one in taken(0).polls:
            ballots = {voter.sealed: place for place, voter in enumerate(one.on_paper)}
            for order, rows in taken(0).disks[stage].evidence(one.poll.code).sealed.items():
                scanned = [ballots[sealed] for sealed in rows if sealed in ballots]
                assert len(scanned) == PAPER
                hits[order] += sum(place == number for number, place in enumerate(scanned))
        assert {order: number for order, number in hits.items() if number > chance + 5 * chance**0.5} == {}


def test_serials_that_are_stored_plain_are_found(
    each_settings: Settings,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Control: without the seal the same search finds them, else it proves nothing."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(PaperKey, "encrypt", lambda self, content, place: content)
    monkeypatch.setattr(PaperKey, "decrypt", lambda self, sealed, place: sealed)
    postgres = request.getfixturevalue("postgres") if database == "postgresql" else None
    found = _Taking(each_settings, tmp_path, postgres, searched=1).run(1).found["half decided"]
    kinds = {name.split()[0] for name, _ in found}
    assert kinds >= {"serial", "picture", "upload", "words"}
