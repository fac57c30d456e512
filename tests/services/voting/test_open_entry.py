"""Open campaigns: each device its own code."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from survey.domain.errors import (
    AlreadyCast,
    CeilingReached,
    Closed,
    NotOffered,
    NotOpen,
    WrongState,
)
from survey.services.audit.audit import history
from survey.services.campaigns import procedure
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count.counting import issued_set_differs
from survey.services.voting import open_entry, tokens
from survey.storage.database import transaction
from survey.storage.token_rows import turnout
from survey.web.context import vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, running_campaign

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def public(**campaign: Any) -> dict[str, Any]:
    data = a_definition(groups=("A", "B"))
    data["campaign"] |= {"entry": "open", **campaign}
    return data


def opened(app: Flask, **campaign: Any) -> None:
    from survey.services.campaigns import campaigns

    armed_campaign(app, public(**campaign))
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)


def take(held: str | None = None, now: datetime = NOW) -> str:
    """Do as a device that asks: its own code again, else a new one."""
    with transaction() as session:
        kept = open_entry.held_token(session, vault(), "small", held, now)
    if kept is not None:
        return kept
    with transaction(write=True) as session:
        return open_entry.hand_out(session, vault(), "small", now)


def test_every_device_gets_a_code_of_the_first_group(each_app: Flask) -> None:
    opened(each_app)
    codes = {take() for _ in range(4)}
    assert len(codes) == 4
    with transaction() as session:
        counted = turnout(session, find_campaign(session, "small"))
    assert [number.issued for number in counted.values()] == [4, 0]


def test_the_same_code_while_it_is_unused(app: Flask) -> None:
    opened(app)
    code = take()
    assert take(code) == code
    assert take(code.lower()) == code
    with transaction() as session:
        assert turnout(session, find_campaign(session, "small"))["A"].issued == 1


def test_a_spent_code_is_not_replaced(app: Flask) -> None:
    opened(app)
    code = take()
    cast(app, code, {})
    with pytest.raises(AlreadyCast):
        take(code)


def test_a_device_with_a_voided_or_foreign_code_gets_a_new_one(app: Flask) -> None:
    opened(app)
    code = take()
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", [code], BY)
    assert take(code) != code
    assert take("0000-0000-0000-0000") != "0000-0000-0000-0000"
    assert take("garbage") != "garbage"


def test_a_code_of_another_campaign_is_not_this_ones(app: Flask) -> None:
    other = running_campaign(app, a_definition(campaign={"code": "o", "title": "o", "organiser": "o"}), 2)
    opened(app)
    assert take(other.codes["A"][0]) != other.codes["A"][0]


def test_the_ceiling(each_app: Flask) -> None:
    opened(each_app, ceiling=2)
    first = take()
    take()
    with pytest.raises(CeilingReached):
        take()
    assert take(first) == first


def test_not_offered(app: Flask) -> None:
    with transaction() as session, pytest.raises(NotOffered):
        open_entry.offered(session, "none", NOW)
    running_campaign(app, a_definition(), 2)
    with pytest.raises(NotOffered):
        take()


def test_before_and_after(app: Flask) -> None:
    armed_campaign(app, public())
    with pytest.raises(NotOpen):
        take()
    from survey.services.campaigns import campaigns

    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    take()
    close(app, "small")
    with pytest.raises(Closed):
        take()


def test_the_clock(app: Flask) -> None:
    hour = timedelta(hours=1)
    opened(app, opens_at=NOW, closes_at=NOW + hour)
    with pytest.raises(NotOpen) as refused:
        take(now=NOW - hour)
    assert refused.value.opens_at == NOW
    take(now=NOW)
    with pytest.raises(Closed):
        take(now=NOW + hour)


def test_the_set_of_codes_is_fixed_at_the_close(each_app: Flask) -> None:
    opened(each_app)
    for _ in range(6):
        cast(each_app, take(), {"c1.de": "poor"})
    close(each_app, "small")
    with transaction() as session:
        entry, detail = list(history(session, "small"))[-1]
        assert entry.act == "shake"
        assert detail["issued_set"].startswith("sha256:")
        assert not issued_set_differs(session, find_campaign(session, "small"))
    assert count(each_app, "small").notes == ()


def test_codes_given_out_are_no_acts_of_administrators(app: Flask) -> None:
    opened(app)
    take()
    cast(app, take(), {})
    with transaction() as session:
        assert [entry.act for entry, _ in history(session, "small")] == ["load", "arm", "open"]


def test_no_planned_issue_is_needed(app: Flask) -> None:
    opened(app)
    with transaction(write=True) as session, pytest.raises(WrongState):
        tokens.issue(session, vault(), "small", {}, BY)
    assert procedure.close("small", BY)
