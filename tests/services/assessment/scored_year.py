"""A small assessment brought to where a test begins: three units, two typed-in parts and a campaign's."""

from typing import Any

from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.services.assessment import assessments, deciding, score_records, signing, taking
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.assessment import assessment_rows, score_record_rows
from survey.storage.database import transaction
from tests.builders import BY, a_definition, cast, close, count, running_campaign
from tests.kept_state import kept

YEAR = "year-2026"
VALUES = {"t1": (92, 95), "t2": (88, 80), "t3": (70, 91)}
UNITS = tuple(VALUES)


def year_data(**assessment: Any) -> dict[str, Any]:
    """Return the definition: 60 % targets, 25 % leaders, 15 % what the campaign ``small`` says."""
    return {
        "format": 1,
        "kind": "assessment",
        "assessment": {"code": YEAR, "title": "年度考核", "office": "考核组", "year": 2026} | assessment,
        "classes": [{"key": "town", "label": "乡镇"}],
        "units": [{"key": key, "class": "town", "label": f"{key}镇"} for key in VALUES],
        "components": [
            {"key": "targets", "label": "目标任务", "weight": 60, "from": "entered"},
            {"key": "leaders", "label": "领导评价", "weight": 25, "from": "entered"},
            {
                "key": "public",
                "label": "民主测评",
                "weight": 15,
                "from": "campaign",
                "campaign": "small",
                "ratees": {"t1": "c1", "t2": "c2", "t3": "c3"},
            },
        ],
        "composite": {
            "missing": "renormalise",
            "bands": [
                {"key": "good", "label": "良好", "at_least": 80},
                {"key": "fair", "label": "一般", "at_least": 0},
            ],
        },
    }


@kept
def examining(**assessment: Any) -> None:
    """Bring the assessment to the year's end."""
    with transaction(write=True) as session:
        assessments.load(session, year_data(**assessment), None, BY)
        made = assessments.issue(session, YEAR, BY)
        given = [
            {"unit": unit, "component": component, "value": value, "document": "函"}
            for unit, values in VALUES.items()
            for component, value in zip(("targets", "leaders"), values, strict=True)
        ]
        taking.take_acts(session, YEAR, {"entered": given}, BY)
        assessment_rows.set_stage(session, made, Stage.EXAMINING)


@kept
def counted_campaign(app: Flask, **campaign: Any) -> None:
    """Bring the campaign ``small`` to a count of six ballots: 100, 80 and 40 for its three ratees."""
    data = a_definition()
    data["campaign"] |= campaign
    running = running_campaign(app, data, 6)
    grades = dict(zip(("c1", "c2", "c3"), ("excellent", "competent", "poor"), strict=True))
    for codes in running.codes.values():
        for token in codes:
            cast(
                app,
                token,
                {f"{key}.{line}": grade for key, grade in grades.items() for line in ("de", "neng")},
            )
    close(app, "small")
    count(app, "small")


def came_since() -> None:
    """Put on record that leaders think better of t3 than the value says that stood so far."""
    old = {"unit": "t3", "component": "leaders", "value": 91, "document": "函", "taken_back": True}
    new = {"unit": "t3", "component": "leaders", "value": 99, "document": "更正函"}
    with transaction(write=True) as session:
        taking.take_acts(session, YEAR, {"entered": [old, new]}, BY)


def account(name: str, role: str = "scrutineer") -> Account:
    with transaction(write=True) as session:
        return account_rows.add_account(session, name, role, None, BY.at)


def score(reason: str = "") -> int:
    with transaction(write=True) as session:
        return score_records.score_year(session, YEAR, BY, reason).number


def sign(teller: Account, scrutineer: Account) -> str:
    with transaction(write=True) as session:
        record = score_record_rows.last_record(session, assessments.current(session, YEAR).id)
        seen = record.digest if record else ""
        return signing.sign(session, YEAR, teller, scrutineer, BY, seen=seen)


@kept
def signed() -> None:
    """Bring the assessment to a score record that two accounts signed."""
    examining()
    score()
    sign(account("计票人"), account("监票人"))


def decide(unit: str, band: str = "good", **typed: str) -> int:
    said = {"committee": "县委常委会", "on": "2026-11-20", "reason": "按得分"} | typed
    with transaction(write=True) as session:
        return deciding.decide(session, YEAR, unit, band, by=BY, **said).number


def stage() -> Stage:
    with transaction() as session:
        return assessments.current(session, YEAR).stage
