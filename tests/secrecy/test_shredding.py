"""What is left when all is done: totals, receipts and the log, but no ballot, no code and no key."""

from collections.abc import Iterator

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.definition.campaign import Publication, State
from survey.secrecy.custody import read_key_file
from survey.services.audit import audit
from survey.services.campaigns import procedure
from survey.services.custody.key_files import key_path
from survey.services.results import publishing
from survey.services.voting.receipts import list_receipts
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests.builders import BY, close, count

from . import polls as making
from .bytes_on_disk import chunks, found_in, raw_ways, written_ways
from .places import Places
from .polls import VOTERS, Poll, Voter, quick_app


@pytest.fixture
def places(each_settings: Settings, database: str, request: pytest.FixtureRequest) -> Places:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    return Places(each_settings, server)


def _ballots_and_codes(voters: list[Voter]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for number, voter in enumerate(voters):
        found |= chunks(f"ballot {number}", voter.sealed) | raw_ways(f"code {number}", voter.digest)
    return found


def _contents(voters: list[Voter]) -> dict[str, bytes]:
    """Return what a ballot holds in the clear: packed, and its receipt as a number."""
    found: dict[str, bytes] = {}
    for number, voter in enumerate(voters):
        found |= raw_ways(f"ballot {number} in the clear", voter.packed[:23])
        found |= raw_ways(f"receipt {number} in the clear", voter.packed[3:11])
    return found


def _written(voters: list[Voter]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for voter in voters:
        found |= written_ways("text", voter.text) | written_ways("receipt", voter.receipt)
    return found


def test_shredding_leaves_totals_only(each_settings: Settings, places: Places, database: str) -> None:
    with quick_app(each_settings) as app:
        poll = making.open_poll(app, "poll")
        other = making.open_poll(app, "other")
        making.cast_all([poll, other])
        seed = read_key_file(key_path(each_settings.keys, "poll"))
        needles = _ballots_and_codes(poll.voters) | raw_ways("seed", seed)
        close(app, "poll")
        count(app, "poll")
        making.certify("poll")
        live = places.live_values()
        assert sum(needle in live for needle in needles.values()) > VOTERS, "control: the search finds them"
        before = _kept(poll)
        procedure.shred("poll", each_settings.keys, BY)
        live = places.live_values()
        assert [name for name, needle in needles.items() if needle in live] == []
        if database == "sqlite":
            assert found_in(places.instance_files(), needles) == set()
        assert _kept(poll) == before
        # Another campaign of the same instance keeps all that is its own.
        assert all(voter.sealed[:24] in places.live_values() for voter in other.voters)


def _kept(poll: Poll) -> list[object]:
    """Return what must outlive the shredding: results, accounting, receipts, an unbroken log."""
    with transaction(write=True) as session:
        publishing.publish(session, poll.code, Publication.PUBLIC, BY)
    with transaction() as session:
        assert find_campaign(session, poll.code).state in (State.CERTIFIED, State.SHREDDED)
        _, results, digest = publishing.results(session, poll.code)
        audit.verify(session)
        receipts = list(list_receipts(session, poll.code))
        acts = [entry.act for entry, _ in audit.history(session, poll.code)]
    assert results.count.accounting.total.returned == VOTERS
    assert receipts == sorted(voter.receipt for voter in poll.voters)
    return [results.count, digest, receipts, acts[: acts.index("certify") + 1]]


def _states(poll: Poll, settings: Settings, app: Flask) -> Iterator[str]:
    making.cast_all([poll])
    yield "open"
    making.close_all(app, [poll])
    yield "closed"
    making.certify_all(app, [poll])
    yield "certified"
    procedure.shred(poll.code, settings.keys, BY)
    yield "shredded"


def test_nothing_of_a_ballot_is_anywhere_in_the_clear(each_settings: Settings, places: Places) -> None:
    with quick_app(each_settings) as app:
        poll = making.open_poll(app, "poll")
        for state in _states(poll, each_settings, app):
            clear = _contents(poll.voters[:8])
            if state in ("open", "closed"):
                clear |= _written(poll.voters[:8])
            assert found_in(places.files(), clear) == set(), state
        # Control: after the count texts and receipts are there, each by itself.
        live = places.live_values()
        assert all(voter.text.encode() in live and voter.receipt.encode() in live for voter in poll.voters)
