"""By text message: what a reply writes; nobody finds an answer before the close, or a number after it.

The attacker has the database, its files, backups, and the SMS key. Before the close a sealed ballot stands
under a pseudonym, so there what is inside it is at stake; after it the join itself, for ever.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.services.campaigns import procedure
from survey.services.sms import closing
from survey.services.sms.replies import Taken as TakenReply
from survey.storage.database import db
from survey.storage.operations import copying
from survey.storage.tables import Base
from survey.web.context import settings
from tests.builders import ROOT
from tests.conftest import settings_on
from tests.postgres import Postgres
from tests.sms_clients import a_list, a_reply, close_sms, invite, open_sms, receive

from . import sms_polls
from .attacker import Score, attack, content_hits, leaks
from .bytes_on_disk import found_in, raw_ways
from .evidence import Disk
from .places import Places
from .polls import VOTERS, quick_app
from .postgres_disk import PostgresDisk
from .sms_polls import SmsPoll, WithPseudonyms
from .sqlite_disk import SqliteDisk
from .test_voter_requests import _recorded, _rows, _written

POLLS = 10
_REPLY = ("campaign_id", "pseudonym", "at", "mark", "sealed")
_OUTBOX = ("campaign_id", "kind", "pseudonym", "number", "state")
WRITTEN = {
    **dict.fromkeys((f"sms_replies.{name}" for name in _REPLY), "gone at the close; sealed to the box's key"),
    **dict.fromkeys(("sms_seen.campaign_id", "sms_seen.digest"), "a keyed digest, gone at the close"),
    **dict.fromkeys((f"sms_outbox.{name}" for name in _OUTBOX), "that help is sent, gone with the SMS key"),
    "sms_campaigns.invalid": "how many could not be read",
    "sms_campaigns.opted_out": "how many want no message",
    "sms_opt_outs.digest": "that a number wants no message, nothing of an answer",
}
"""What a reply may write; the reason for each stands in docs/secrecy.md."""


def test_only_what_is_argued_for_is_written_by_replies(each_app: Flask) -> None:
    invite(open_sms(each_app, 9))
    tables = {name.partition(".")[0] for name in WRITTEN}
    before = {table.name: _rows(table) for table in Base.metadata.sorted_tables if table.name not in tables}
    with _recorded() as said:
        met = receive(
            a_reply(0, "1", 1, "a"),
            a_reply(0, "1", 1, "a"),
            a_reply(0, "2", 0, "b"),
            a_reply(0, "3", 9),
            a_reply(1, "?"),
            a_reply(2, "退订"),
            a_reply(77, "1"),
        )
        close_said = len(said)
    assert set(met) == set(TakenReply) - {TakenReply.LATE, TakenReply.WAITS}
    assert set().union(*map(_written, said[:close_said])) == WRITTEN.keys()
    for table in Base.metadata.sorted_tables:
        if table.name in before:
            assert _rows(table) == before[table.name], table.name
    closed = close_sms("hotline")
    with _recorded() as said:
        assert receive(a_reply(3, "1", 600), now=closed) == [TakenReply.LATE]
    assert set().union(*map(_written, said)) <= WRITTEN.keys()


def test_the_document_argues_for_every_column_that_a_reply_writes() -> None:
    document = (ROOT / "docs" / "secrecy.md").read_text("utf-8")
    assert [name for name in WRITTEN if f"`{name}`" not in document] == []


@dataclass
class Taken:
    """What was on disk at every stage, what was found there, and the truth."""

    polls: list[SmsPoll] = field(default_factory=list)
    disks: dict[str, Disk] = field(default_factory=dict)
    found: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    content: dict[str, Score] = field(default_factory=dict)
    join: dict[int, object] = field(default_factory=dict)
    live_after_the_end: list[str] = field(default_factory=list)


def _needles(polls: list[SmsPoll]) -> dict[str, bytes]:
    """Return what no file may hold at any stage: the digits with which all numbers begin, and the keys."""
    [begin] = {number[3:12] for one in polls for number in one.numbers}
    looked = {f"numbers, {form}": begin.encode(form) for form in ("ascii", "utf-16-le")}
    for one in polls:
        looked |= raw_ways(f"key of {one.poll.code}", one.key.seed)
    return looked


class _Taking:
    def __init__(self, configured: Settings, folder: Path, postgres: Postgres | None) -> None:
        self.taken = Taken()
        self._settings, self._folder, self._postgres = configured, folder, postgres
        self._places = Places(configured, postgres)

    def look(self, stage: str) -> None:
        backup = self._folder / f"{stage}.backup"
        copying.write_backup(db.engine, "test", "{}", backup, datetime.now(UTC))
        kept = [path for path in (backup, *self._places.files()) if path.is_file()]
        self.taken.found[stage] = found_in(kept, _needles(self.taken.polls))
        orders = sms_polls.client_orders(self.taken.polls)
        copied = SqliteDisk(backup, self._folder / f"{stage}-backup")
        self.taken.disks[f"{stage} backup"] = WithPseudonyms(copied, orders)
        disk: Disk
        if self._postgres:
            disk = PostgresDisk(self._settings.database_url.replace("+psycopg", ""), self._postgres.data)
        else:
            file = Path(self._settings.database_url.removeprefix("sqlite:///"))
            disk = SqliteDisk(file, self._folder / stage)
        self.taken.disks[stage] = WithPseudonyms(disk, orders)

    def run(self) -> Taken:
        with quick_app(self._settings) as app:
            polls = self.taken.polls = sms_polls.open_polls(app, POLLS)
            sms_polls.reply_all(polls)
            self.look("open")
            scores = [content_hits(sms_polls.joined_rows(one), one.poll.voters) for one in polls]
            self.taken.content["nearest bytes"] = Score(
                sum(score.hits for score in scores),
                sum(score.first for score in scores),
                sum(score.last for score in scores),
            )
            self.taken.join = sms_polls.joined_rows(polls[0])
            sms_polls.close_all(polls)
            self.look("closed")
            assert len(closing.erase_due(sms_polls.ENDED, settings().keys)) == POLLS
            procedure.forget_left()  # as the worker does each minute
            self.look("erased")
            self.taken.live_after_the_end = self._left(polls)
        return self.taken

    def _left(self, polls: list[SmsPoll]) -> list[str]:
        """Return the pseudonyms that are left in the database's own files and in a backup."""
        live = self._places.live_values()
        live += (self._folder / "erased.backup").read_bytes()
        return [voter.code for one in polls for voter in one.poll.voters if voter.digest in live]


Runs = Callable[[int], Taken]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Give the first run, or a second one where the first must be confirmed."""
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    made: list[Taken] = []

    def run(number: int) -> Taken:
        while len(made) <= number:
            folder = tmp_path_factory.mktemp("sms-polls")
            made.append(_Taking(settings_on(request.param, folder, postgres), folder, postgres).run())
        return made[number]

    yield run
    for taken in made:
        for disk in taken.disks.values():
            disk.close()


def test_no_number_lies_in_clear_anywhere_nor_a_key_outside_its_folder(runs: Runs) -> None:
    assert runs(0).found == {"open": set(), "closed": set(), "erased": set()}


def test_before_the_close_answers_are_at_chance_although_the_rows_are_joined(runs: Runs) -> None:
    def scores(taken: Taken) -> dict[str, Score]:
        return taken.content

    assert len(runs(0).join) == VOTERS, "control: rows of replies give every ballot to a number"
    found = leaks(scores(runs(0)), POLLS)
    again = leaks(scores(runs(1)), POLLS) if found else {}
    assert found.keys() & again.keys() == set()


@pytest.mark.parametrize("stage", ["closed", "closed backup", "erased", "erased backup"])
def test_after_the_close_nothing_joins_a_ballot_to_a_number(runs: Runs, stage: str) -> None:
    def scores(taken: Taken) -> dict[str, Score]:
        return attack(taken.disks[stage], [one.poll for one in taken.polls])

    found = leaks(scores(runs(0)), POLLS)
    assert scores(runs(0)), "the attacker had nothing to try"
    again = leaks(scores(runs(1)), POLLS) if found else {}
    assert found.keys() & again.keys() == set()


def test_every_reply_is_in_the_box_once(runs: Runs) -> None:
    for one in runs(0).polls:
        evidence = runs(0).disks["closed"].evidence(one.poll.code)
        assert sorted(evidence.sealed["key"]) == sorted(voter.sealed for voter in one.poll.voters)
        assert len({len(sealed) for sealed in evidence.sealed["key"]}) == 1


def test_after_the_end_no_pseudonym_is_left(runs: Runs) -> None:
    assert runs(0).live_after_the_end == []


def test_a_list_in_clear_is_found(tmp_path: Path) -> None:
    """Control: the search that finds no number finds one that lies there."""
    (tmp_path / "list.csv").write_bytes(a_list(3))
    assert found_in([tmp_path / "list.csv"], {"number": b"13800000001"}) == {("number", "list.csv")}
