"""Who scores, signs, decides and publishes at once loses nothing, and nothing is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from survey.domain.definition.campaign import Publication
from survey.domain.errors import WrongStage
from survey.services.assessment import assessments, publishing
from survey.services.audit import audit
from survey.storage.assessment import score_record_rows
from survey.storage.database import transaction
from tests.builders import BY

from .scored_year import UNITS, YEAR, account, decide, examining, score, sign, signed, stage


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment, each in a thread of its own; return what each gave, or its refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            try:
                return act()
            except WrongStage as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def refusals(found: list[Any]) -> int:
    return sum(isinstance(one, WrongStage) for one in found)


def test_the_year_is_scored_once(each_app: Flask) -> None:
    examining()
    assert refusals(at_once(each_app, *[score] * 4)) == 3
    with transaction() as session:
        assert len(score_record_rows.records(session, assessments.current(session, YEAR).id)) == 1


def test_a_record_is_signed_once(each_app: Flask) -> None:
    examining()
    score()
    pairs = [(account(f"计票人{n}"), account(f"监票人{n}")) for n in range(3)]
    found = at_once(each_app, *[lambda pair=pair: sign(*pair) for pair in pairs])
    assert refusals(found) == 2
    with transaction() as session:
        acts = [entry.act for entry, _ in audit.history(session, assessments.logged_as(YEAR))]
    assert acts.count("assessment-sign") == 1


def test_no_decision_is_lost(each_app: Flask) -> None:
    signed()
    asked = [(unit, reason) for reason in ("甲", "乙") for unit in UNITS]
    numbers = at_once(
        each_app, *[lambda unit=unit, reason=reason: decide(unit, reason=reason) for unit, reason in asked]
    )
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert stage() == "decided"


def test_each_edition_has_its_number(each_app: Flask) -> None:
    signed()

    def publish() -> int:
        with transaction(write=True) as session:
            return publishing.publish(session, YEAR, Publication.PUBLIC, ["total"], BY).number

    assert sorted(at_once(each_app, *[publish] * 4)) == [1, 2, 3, 4]
    with transaction() as session:
        audit.verify(session)
