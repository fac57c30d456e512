"""From a code to a sealed ballot in the box."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.definition.campaign import State
from survey.domain.errors import (
    AlreadyCast,
    Closed,
    InvalidBallot,
    NotOpen,
    UnknownToken,
    VoidedToken,
)
from survey.secrecy.token import new_token
from survey.services.campaigns import campaigns
from survey.services.voting import casting, tokens
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, issue, running_campaign

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def admit(code: str, now: datetime = NOW) -> casting.Ticket:
    with transaction() as session:
        return casting.admit(session, vault(), code, now)


def number(table: str, where: str = "1 = 1") -> int:
    with transaction() as session:
        return int(session.execute(text(f"SELECT COUNT(*) FROM {table} WHERE {where}")).scalar_one())


def timed(**times: datetime) -> dict[str, Any]:
    data = a_definition()
    data["campaign"] |= times
    return data


def test_a_ballot_in_the_box(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 3)
    receipt = cast(each_app, running.codes["A"][0], {"c1.de": "excellent", "receipt": "0000-1111-2222"})
    assert receipt == "0000-1111-2222"
    assert (number("ballots"), number("tokens", "spent = 1")) == (1, 1)


def test_the_server_makes_a_receipt(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 3)
    receipts = [cast(app, code, {}) for code in running.codes["A"]]
    assert len(set(receipts)) == 3
    assert all(len(receipt) == 14 for receipt in receipts)


def test_a_second_ballot_is_refused(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 2)
    code = running.codes["A"][0]
    cast(each_app, code, {"c1.de": "poor"})
    with pytest.raises(AlreadyCast):
        cast(each_app, code, {"c1.de": "excellent"})
    assert (number("ballots"), number("tokens", "spent = 1")) == (1, 1)


def test_two_requests_admitted_with_one_code(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 2)
    ticket = admit(running.codes["A"][0])
    first, second = casting.seal(ticket, {}), casting.seal(ticket, {})
    with transaction(write=True) as session:
        casting.cast(session, first, NOW)
    with transaction(write=True) as session, pytest.raises(AlreadyCast):
        casting.cast(session, second, NOW)
    assert number("ballots") == 1


def test_all_sealed_ballots_are_equally_long(app: Flask) -> None:
    data = a_definition(questions=[{"key": "t", "label": "t", "kind": "text"}])
    running = running_campaign(app, data, 3)
    for code, words in zip(running.codes["A"], ("", "一", "民" * 500), strict=True):
        cast(app, code, {"q.t": words})
    with transaction() as session:
        lengths = {row[0] for row in session.execute(text("SELECT LENGTH(sealed) FROM ballots"))}
    assert len(lengths) == 1


def test_a_ticket_knows_nothing_of_the_code_but_its_digest(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 1)
    code = running.codes["B"][0]
    ticket = admit(code.lower())
    assert ticket.form.group == "B"
    assert code not in repr(ticket)


@pytest.mark.parametrize("typed", ["", "0000", "AAAA-AAAA-AAAA-AAAB", "投票码"])
def test_a_mistyped_code(app: Flask, typed: str) -> None:
    with pytest.raises(UnknownToken) as refused:
        admit(typed)
    assert refused.value.mistyped


def test_an_unknown_code(app: Flask) -> None:
    running_campaign(app, a_definition(), 1)
    with pytest.raises(UnknownToken) as refused:
        admit(new_token())
    assert not refused.value.mistyped


def test_a_voided_code(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 1)
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", [running.codes["A"][0]], BY)
    with pytest.raises(VoidedToken):
        admit(running.codes["A"][0])


def test_voided_between_admission_and_casting(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 1)
    sealed = casting.seal(admit(running.codes["A"][0]), {})
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", [running.codes["A"][0]], BY)
    with transaction(write=True) as session, pytest.raises(VoidedToken):
        casting.cast(session, sealed, NOW)
    assert (number("ballots"), number("tokens", "spent = 1")) == (0, 0)


def test_closed_between_admission_and_casting(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 1)
    sealed = casting.seal(admit(running.codes["A"][0]), {})
    close(each_app, "small")
    with transaction(write=True) as session, pytest.raises(Closed):
        casting.cast(session, sealed, NOW)
    assert (number("ballots"), number("tokens", "spent = 1")) == (0, 0)


def test_not_open_yet(app: Flask) -> None:
    armed_campaign(app, a_definition())
    codes = issue(app, "small", {"A": 1})
    with pytest.raises(NotOpen) as refused:
        admit(codes["A"][0])
    assert refused.value.opens_at is None


def test_held_after_a_restore(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 2)
    sealed = casting.seal(admit(running.codes["A"][0]), {})
    with transaction(write=True) as session:
        campaign_rows.set_held(session, campaigns.find_campaign(session, "small"), held=True)
    with pytest.raises(NotOpen):
        admit(running.codes["A"][1])
    with transaction(write=True) as session, pytest.raises(NotOpen):
        casting.cast(session, sealed, NOW)
    assert number("ballots") == 0


def test_before_and_after_the_clock(app: Flask) -> None:
    running = running_campaign(app, timed(opens_at=NOW, closes_at=NOW + HOUR), 1)
    code = running.codes["A"][0]
    with pytest.raises(NotOpen) as refused:
        admit(code, NOW - timedelta(seconds=1))
    assert refused.value.opens_at == NOW
    assert str(refused.value.opens_at).endswith("+08:00")
    assert admit(code, NOW).form.group == "A"
    assert admit(code, NOW + HOUR - timedelta(microseconds=1)).form.group == "A"
    with pytest.raises(Closed):
        admit(code, NOW + HOUR)


def test_the_clock_strikes_between_admission_and_casting(app: Flask) -> None:
    running = running_campaign(app, timed(closes_at=NOW + HOUR), 1)
    sealed = casting.seal(admit(running.codes["A"][0]), {})
    with transaction(write=True) as session, pytest.raises(Closed):
        casting.cast(session, sealed, NOW + HOUR)
    assert number("ballots") == 0


def test_an_invalid_ballot_spends_nothing(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 1)
    with pytest.raises(InvalidBallot):
        cast(app, running.codes["A"][0], {"c1.de": "best"})
    assert (number("ballots"), number("tokens", "spent = 1")) == (0, 0)
    cast(app, running.codes["A"][0], {"c1.de": "poor"})


ORDER = [
    (State.DRAFT, False, False, NotOpen),
    (State.ARMED, False, False, NotOpen),
    (State.ARMED, True, False, NotOpen),
    (State.OPEN, False, True, NotOpen),
    (State.OPEN, True, True, NotOpen),
    (State.OPEN, True, False, AlreadyCast),
    (State.OPEN, False, False, None),
    (State.CLOSED, True, False, AlreadyCast),
    (State.CLOSED, False, False, Closed),
    (State.COUNTED, True, False, AlreadyCast),
    (State.CERTIFIED, False, False, Closed),
    (State.SHREDDING, False, False, Closed),
    (State.SHREDDED, True, False, AlreadyCast),
]


@pytest.mark.parametrize(("state", "spent", "held", "refusal"), ORDER)
def test_refusals_in_the_order_of_the_interface(
    state: State, spent: bool, held: bool, refusal: type[Exception] | None
) -> None:
    from tests.builders import built

    if refusal is None:
        casting.require_admission(built(), state, over=False, held=held, spent=spent, now=NOW, opens_at=None)
        return
    with pytest.raises(refusal):
        casting.require_admission(built(), state, over=False, held=held, spent=spent, now=NOW, opens_at=None)
