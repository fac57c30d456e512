"""Campaigns from the first draft to the close."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.definition.campaign import Custody, State
from survey.domain.errors import (
    BadSetting,
    CampaignExists,
    InvalidDefinition,
    UnknownCampaign,
    UnknownGroup,
    WrongState,
)
from survey.secrecy.box import BoxKey
from survey.secrecy.custody import read_key_file
from survey.services.audit.audit import history, verify
from survey.services.campaigns import campaigns, procedure
from survey.services.custody import key_files
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import (
    BY,
    EXAMPLES,
    a_definition,
    armed_campaign,
    cast,
    close,
    count,
    example,
    issue,
    parse,
    running_campaign,
)
from tests.domain.editing import full


def load(data: dict[str, Any]) -> str:
    with transaction(write=True) as session:
        return campaigns.load(session, data, BY).code


def state(code: str) -> State:
    with transaction() as session:
        return campaigns.find_campaign(session, code).state


def open_it(code: str, url: str = "http://127.0.0.1:8000", allow_http: bool = False) -> str:
    with transaction(write=True) as session:
        return campaigns.open_voting(session, code, url, allow_http=allow_http, by=BY)


def acts(code: str) -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _ in history(session, code)]


# Loading


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_a_definition_comes_back_from_the_database_as_it_was(each_app: Flask, name: str) -> None:
    data = example(name)
    load(data)
    campaign_rows._definitions.clear()
    with transaction() as session:
        found = campaigns.find_campaign(session, name)
    from survey.domain.definition.reader import read_definition

    assert found.definition == read_definition(data)
    assert (found.state, found.custody, found.public_key) == (State.DRAFT, None, None)
    assert (found.shaken, found.held, found.publication) == (False, False, "none")


def test_times_come_back_with_their_offset(each_app: Flask) -> None:
    load(full())
    campaign_rows._definitions.clear()
    with transaction() as session:
        found = campaigns.find_campaign(session, "full-2026").definition
    assert (found.opens_at, found.closes_at) == (
        full()["campaign"]["opens_at"],
        full()["campaign"]["closes_at"],
    )


def test_a_draft_is_replaced(app: Flask) -> None:
    load(a_definition())
    load(a_definition(ratees=("c9",)))
    with transaction() as session:
        assert [len(c.definition.ratees) for c in campaigns.list_campaigns(session)] == [1]
    assert acts("small") == ["load", "load"]


def test_past_draft_it_is_refused(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with pytest.raises(CampaignExists, match="armed"):
        load(a_definition(ratees=("c9",)))
    with transaction() as session:
        assert len(campaigns.find_campaign(session, "small").definition.ratees) == 3


def test_a_faulty_definition_stores_nothing(app: Flask) -> None:
    load(a_definition())
    with pytest.raises(InvalidDefinition):
        load(a_definition(rules={"blank": "no"}))
    with pytest.raises(InvalidDefinition):
        load(a_definition(campaign={"code": "other"}))
    with transaction() as session:
        assert [campaign.code for campaign in campaigns.list_campaigns(session)] == ["small"]
        assert verify(session)[0] == 1


def test_an_unknown_campaign(app: Flask) -> None:
    with transaction() as session, pytest.raises(UnknownCampaign, match='no campaign "none"'):
        campaigns.find_campaign(session, "none")


def test_campaigns_are_listed_as_loaded(app: Flask) -> None:
    for code in ("zz", "aa", "mm"):
        load(a_definition(campaign={"code": code, "title": code, "organiser": code}))
    with transaction() as session:
        assert [campaign.code for campaign in campaigns.list_campaigns(session)] == ["zz", "aa", "mm"]


# Arming


def test_arming_freezes_and_keeps_the_key_out_of_the_database(each_app: Flask) -> None:
    definition = armed_campaign(each_app, a_definition())
    seed = read_key_file(key_files.key_path(settings().keys, "small"))
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
        row = session.execute(text("SELECT * FROM campaigns")).one()
    assert (found.state, found.custody) == (State.ARMED, Custody.SERVER)
    assert found.public_key == BoxKey(seed).public_bytes()
    assert found.definition.digest == definition.digest
    assert seed.hex() not in repr(row)
    assert repr(seed)[2:-1] not in repr(row)


def test_arming_twice(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with transaction(write=True) as session, pytest.raises(WrongState, match="armed"):
        campaigns.arm(session, "small", Custody.SERVER, BY)


def test_every_box_has_its_own_key(app: Flask) -> None:
    keys = set()
    for code in ("a", "b", "c"):
        armed_campaign(app, a_definition(campaign={"code": code, "title": code, "organiser": code}))
        with transaction() as session:
            keys.add(campaigns.find_campaign(session, code).public_key)
    assert len(keys) == 3


def test_the_log_names_custody_and_shares(app: Flask) -> None:
    load(a_definition())
    with transaction(write=True) as session:
        campaigns.arm(session, "small", Custody.SCRUTINEERS, BY, shares=3, threshold=2)
    with transaction() as session:
        detail = dict(list(history(session, "small"))[-1][1])
    assert (detail["custody"], detail["shares"], detail["threshold"]) == ("scrutineers", 3, 2)


# Opening


def test_no_opening_without_codes(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with pytest.raises(WrongState, match="no code of small exists"):
        open_it("small")
    assert state("small") is State.ARMED


def test_open_entry_opens_without_codes(app: Flask) -> None:
    data = a_definition(groups=("A",))
    data["campaign"]["entry"] = "open"
    armed_campaign(app, data)
    open_it("small")
    assert state("small") is State.OPEN


LOOPBACK = ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "http://127.8.9.1"]
SECURE = ["https://minping.example.org", "https://10.0.0.5"]
PLAIN = [
    "http://minping.example.org",
    "http://192.168.1.5:8000",
    "http://0.0.0.0:8000",
    "http://localhost.example.org",
    "http://127.0.0.1.example.org",
    "http://127.example.org:8000",
]


@pytest.mark.parametrize("url", [*LOOPBACK, *SECURE, *PLAIN])
def test_plain_http(url: str) -> None:
    assert campaigns.is_plain_http(url) is (url in PLAIN)


@pytest.mark.parametrize("allowed", [True, False])
def test_opening_on_plain_http_needs_the_setting(app: Flask, allowed: bool) -> None:
    armed_campaign(app, a_definition())
    issue(app, "small", {"A": 1})
    if allowed:
        open_it("small", "http://hall.example.org", allow_http=True)
        with transaction() as session:
            assert list(history(session, "small"))[-1][1]["plain_http"] is True
    else:
        with pytest.raises(BadSetting, match="MINPING_ALLOW_HTTP"):
            open_it("small", "http://hall.example.org")
    assert state("small") is (State.OPEN if allowed else State.ARMED)


def test_opening_twice(app: Flask) -> None:
    running_campaign(app, a_definition(), 1)
    with pytest.raises(WrongState, match="small is open"):
        open_it("small")


def test_a_held_campaign_is_opened_again(app: Flask) -> None:
    running_campaign(app, a_definition(), 1)
    with transaction(write=True) as session:
        campaign_rows.set_held(session, campaigns.find_campaign(session, "small"), held=True)
    open_it("small")
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
    assert (found.state, found.held) == (State.OPEN, False)
    assert acts("small")[-1] == "reopen"


# Persons present


def test_present_is_kept_and_corrected(each_app: Flask) -> None:
    running_campaign(each_app, a_definition(), 5)
    for number in (7, 9):
        with transaction(write=True) as session:
            campaigns.set_present(session, "small", "A", number, BY)
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
        assert campaign_rows.present(session, found) == {"A": 9}
    assert acts("small").count("present") == 2


def test_present_of_an_unknown_group(app: Flask) -> None:
    running_campaign(app, a_definition(), 5)
    with transaction(write=True) as session, pytest.raises(UnknownGroup, match="it has A, B"):
        campaigns.set_present(session, "small", "C", 3, BY)


def test_present_in_a_draft_or_after_the_count(app: Flask) -> None:
    load(a_definition())
    with transaction(write=True) as session, pytest.raises(WrongState):
        campaigns.set_present(session, "small", "A", 3, BY)
    running_campaign(app, a_definition(), 5)
    close(app, "small")
    count(app, "small")
    with transaction(write=True) as session, pytest.raises(WrongState, match="counted"):
        campaigns.set_present(session, "small", "A", 3, BY)


# Closing


def rows(table: str, columns: str) -> list[Any]:
    with transaction() as session:
        return sorted(tuple(row) for row in session.execute(text(f"SELECT {columns} FROM {table}")))


def test_closing_keeps_every_ballot_and_every_mark(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 6)
    for code in running.codes["A"][:4]:
        cast(each_app, code, {"c1.de": "poor"})
    sealed, keys, tokens = (
        rows("ballots", "sealed"),
        rows("ballots", "key"),
        rows("tokens", "digest, rater_group, spent, voided"),
    )
    close(each_app, "small")
    assert rows("ballots", "sealed") == sealed
    assert rows("tokens", "digest, rater_group, spent, voided") == tokens
    assert not {row[0] for row in rows("ballots", "key")} & {row[0] for row in keys}
    assert state("small") is State.CLOSED
    assert acts("small")[-2:] == ["close", "shake"]


def test_closing_touches_no_other_campaign(each_app: Flask) -> None:
    other = a_definition(campaign={"code": "other", "title": "o", "organiser": "o"})
    for data in (other, a_definition()):
        running = running_campaign(each_app, data, 3)
        cast(each_app, running.codes["A"][0], {"c1.de": "poor"})
    before = rows("ballots WHERE campaign_id = 1", "key, sealed")
    close(each_app, "small")
    assert len(before) == 1
    assert rows("ballots WHERE campaign_id = 1", "key, sealed") == before
    assert state("other") is State.OPEN


def test_closing_again_does_what_is_left(each_app: Flask) -> None:
    running_campaign(each_app, a_definition(), 2)
    with transaction(write=True) as session:
        campaigns.close(session, "small", BY)
    assert procedure.close("small", BY) == procedure.close("small", BY)
    assert acts("small")[-2:] == ["close", "shake"]


def test_closed_never_goes_back(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    close(app, "small")
    with pytest.raises(WrongState, match="closed"):
        open_it("small")
    count(app, "small")
    with pytest.raises(WrongState, match="counted"):
        procedure.close("small", BY)


@pytest.mark.parametrize("before", ["draft", "armed"])
def test_closing_what_is_not_open(app: Flask, before: str) -> None:
    load(a_definition()) if before == "draft" else armed_campaign(app, a_definition())
    with pytest.raises(WrongState, match=before):
        procedure.close("small", BY)


def test_the_log_fixes_the_numbers_at_the_close(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 3)
    cast(app, running.codes["B"][0], {"c1.de": "poor"})
    close(app, "small")
    with transaction() as session:
        closing = next(detail for entry, detail in history(session, "small") if entry.act == "close")
    assert closing["codes"] == {"A": [3, 0, 0], "B": [3, 0, 1]}


def test_the_sample_campaign_as_text(app: Flask) -> None:
    assert load(parse((EXAMPLES / "town-annual.toml").read_text())) == "town-annual"
