"""Paper ballots go into the box together: as many ballots as codes spent on paper, whatever happens."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from survey.config import Settings
from survey.domain.errors import Closed, InvalidBallot, NoPaper, NotCollecting, WrongState
from survey.instance import ready_app
from survey.services.campaigns import campaigns
from survey.services.voting import casting, tokens
from survey.storage import box_rows, campaign_rows
from survey.storage.database import db, transaction
from survey.web.context import vault
from tests.builders import BY, a_definition, cast, close, collect, count, running_campaign
from tests.faults.killing import killed, stepped
from tests.secrecy.test_closing_race import in_context
from tests.services.paper.urn import a_paper_definition, collecting_campaign, digest_of, find

Posted = dict[str, list[str]]
GOOD: Posted = {"c1.de": ["excellent"]}


def put(ballots: dict[bytes, bytes], code: str = "small") -> frozenset[bytes]:
    with transaction(write=True) as session:
        return casting.put_together(session, campaigns.find_campaign(session, code), ballots)


def sealed(codes: list[str], posted: Posted | None = GOOD) -> dict[bytes, bytes]:
    return {digest_of(code): casting.seal_paper(find(), "A", posted) for code in codes}


def marks() -> tuple[int, int, int]:
    """Return how many ballots there are, and codes spent on a phone and on paper."""
    with transaction() as session:
        numbers = [
            session.execute(text(f"SELECT count(*) FROM {where}")).scalar_one()
            for where in ("ballots", "tokens WHERE spent = 1", "tokens WHERE spent = 2")
        ]
    return numbers[0], numbers[1], numbers[2]


def test_ballots_are_put_in_and_their_codes_are_spent_on_paper(each_app: Flask) -> None:
    running, _ = collecting_campaign(each_app, 8)
    ballots = sealed(running.codes["A"][:6])
    assert put(ballots) == ballots.keys()
    assert marks() == (6, 0, 6)
    assert put(ballots) == frozenset()
    assert marks() == (6, 0, 6)
    with transaction() as session:
        assert box_rows.out_of_balance(session) == []


def test_what_was_cast_or_voided_is_passed_over_with_its_ballot(each_app: Flask) -> None:
    running = running_campaign(each_app, a_paper_definition(), 8)
    codes = running.codes["A"]
    cast(each_app, codes[0], {"c1.de": "poor"})
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", [codes[1]], BY)
    collect(each_app, "small")
    assert put(sealed(codes[:5])) == {digest_of(code) for code in codes[2:5]}
    assert marks() == (4, 1, 3)


def test_spoiled_ballots_are_returned_and_count_as_spoiled(app: Flask) -> None:
    running, _ = collecting_campaign(app, 6)
    put(sealed(running.codes["A"][:4]) | sealed(running.codes["A"][4:], None))
    close(app, "small")
    total = count(app, "small").count.accounting.total
    assert (total.returned, total.valid, total.spoiled, total.unreadable) == (6, 4, 2, 0)


def test_all_ballots_are_equally_long_and_the_server_makes_their_receipts(app: Flask) -> None:
    running, _ = collecting_campaign(app, 6)
    some = [*sealed(running.codes["A"][:2]).values(), *sealed(running.codes["A"][2:4], None).values()]
    assert len({len(content) for content in some}) == 1
    with pytest.raises(InvalidBallot):
        casting.seal_paper(find(), "A", {"c1.de": ["best"]})
    put(sealed(running.codes["A"], {**GOOD, "receipt": ["0000-1111-2222"]}))
    close(app, "small")
    counted = count(app, "small")
    with transaction() as session:
        found = session.execute(text("SELECT receipt FROM receipts")).scalars().all()
    assert len(set(found)) == counted.count.accounting.total.returned == 6
    assert "0000-1111-2222" not in found


def test_nothing_is_put_in_before_collecting_or_while_it_is_held_or_closed(app: Flask) -> None:
    running = running_campaign(app, a_paper_definition(), 2)
    ballots = sealed(running.codes["A"])
    with pytest.raises(NotCollecting):
        put(ballots)
    collect(app, "small")
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find(), held=True)
    with pytest.raises(WrongState, match="held"):
        put(ballots)
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find(), held=False)
    close(app, "small")
    with pytest.raises(WrongState, match="is closed"):
        put(ballots)
    assert marks() == (0, 0, 0)
    running_campaign(app, a_definition(campaign={"code": "b", "title": "t", "organiser": "o"}), 1)
    with pytest.raises(NoPaper):
        put({}, "b")


def test_codes_are_spent_in_their_own_order_and_ballots_are_put_in_another(app: Flask) -> None:
    running, _ = collecting_campaign(app, 20)
    ballots = sealed(running.codes["A"])
    spent, put_in = [], []

    def seen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("UPDATE tokens"):
            spent.append(values[0])
        elif statement.startswith("INSERT INTO ballots"):
            put_in.append(values[2])

    event.listen(db.engine, "before_cursor_execute", seen)
    put(dict(reversed(ballots.items())))
    event.remove(db.engine, "before_cursor_execute", seen)
    assert spent == sorted(ballots)
    assert sorted(put_in) == sorted(ballots.values())
    assert put_in != [ballots[digest] for digest in spent]


def test_several_that_put_in_the_same_at_once_put_each_in_once(each_app: Flask) -> None:
    running, _ = collecting_campaign(each_app, 24)
    codes = running.codes["A"]
    with in_context(each_app, 4) as pool:
        found = [pool.submit(put, sealed(codes[start : start + 15])) for start in (0, 3, 6, 9)]
        done = [one.result(60) for one in found]
    assert sum(map(len, done)) == len(frozenset().union(*done)) == 24
    assert marks() == (24, 0, 24)


def test_a_phone_is_refused_while_paper_is_put_in(each_app: Flask) -> None:
    running, _ = collecting_campaign(each_app, 6)
    codes = running.codes["A"]
    put(sealed(codes[:5]))
    for code in codes:
        with pytest.raises((Closed, casting.AlreadyCast)):
            cast(each_app, code, {})
    assert marks() == (5, 0, 5)


def _put_until(settings: Settings, codes: list[str], step: int) -> None:
    with ready_app(settings) as app, app.app_context():
        ballots = sealed(codes)
        with stepped(step):
            put(ballots)


@pytest.mark.slow
def test_killed_before_any_step_all_or_none_are_in(each_settings: Settings, each_app: Flask) -> None:
    running, _ = collecting_campaign(each_app, 7)
    step = 1
    while killed(_put_until, each_settings, running.codes["A"], step):
        assert marks() == (0, 0, 0)
        step += 2
    assert step > 14
    assert marks() == (7, 0, 7)
