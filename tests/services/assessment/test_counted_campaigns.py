"""Only signed counts of the assessment's own office are read, and only as displayed."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.assessment.facts import CountedValue, Lacking
from survey.domain.definition.campaign import State
from survey.services.assessment import assessments
from survey.services.assessment.counted_campaigns import counted_values, obstacle
from survey.services.campaigns import campaigns
from survey.services.count import certifying
from survey.storage import campaign_rows, count_rows
from survey.storage.database import transaction
from tests.builders import BY

from .scored_year import YEAR, account, counted_campaign, examining, score


def values() -> dict[str, CountedValue]:
    with transaction() as session:
        found = assessments.current(session, YEAR)
        counted = counted_values(session, found.definition, found.unit)
    return {unit: value for (component, unit), value in counted.items() if component == "public"}


def why() -> str:
    with transaction() as session:
        found = assessments.current(session, YEAR)
        return obstacle(session, found.definition, found.unit, "small")


def certified(app: Flask, **campaign: Any) -> str:
    counted_campaign(app, **campaign)
    teller, scrutineer = account("计票人"), account("监票人")
    with transaction(write=True) as session:
        certifying.certify(session, "small", teller, scrutineer, BY)
    with transaction() as session:
        return count_rows.count_digest(session, campaigns.find_campaign(session, "small"))


NOTHING = {unit: CountedValue(None, why=Lacking.NOT_CERTIFIED) for unit in ("t1", "t2", "t3")}


def test_a_signed_count_is_read_as_displayed(each_app: Flask) -> None:
    digest = certified(each_app)
    examining()
    assert why() == ""
    assert values() == {
        "t1": CountedValue(Decimal("100.00"), digest),
        "t2": CountedValue(Decimal("80.00"), digest),
        "t3": CountedValue(Decimal("40.00"), digest),
    }
    score()
    with transaction() as session:
        content = session.execute(text("SELECT content FROM score_records")).scalar_one()
    assert digest in content


@pytest.mark.parametrize("state", [State.SHREDDING, State.SHREDDED])
def test_so_is_one_whose_ballots_are_destroyed(app: Flask, state: State) -> None:
    certified(app)
    examining()
    with transaction(write=True) as session:
        campaign_rows.set_state(session, campaigns.find_campaign(session, "small"), state)
    assert values()["t1"].value == 100


def test_a_running_result_is_not_read(app: Flask) -> None:
    examining()
    assert (values(), why()) == (NOTHING, "there is no such campaign")
    counted_campaign(app)
    assert (values(), why()) == (NOTHING, "it is counted, not certified")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE campaigns SET trial_of = 'other'", "it is a trial run"),
        ("UPDATE campaigns SET unit = 'other'", "there is no such campaign"),
    ],
)
def test_a_trial_or_another_units_is_not_read(app: Flask, change: str, said: str) -> None:
    certified(app)
    examining()
    with transaction(write=True) as session:
        session.execute(text(change))
    assert (values(), why()) == (NOTHING, said)


def test_another_offices_is_not_read(app: Flask) -> None:
    certified(app, organiser="另一个单位")
    examining()
    assert (values(), why()) == (NOTHING, 'its organiser is "另一个单位", not "考核组"')
