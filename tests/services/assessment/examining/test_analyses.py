"""Analyses on record, and their points taken over exactly once."""

from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.domain.errors import (
    BadNumbers,
    BadYearRecord,
    ChangedMeanwhile,
    UnknownUnit,
    UnknownYearRecord,
    WrongStage,
)
from survey.services.assessment import taking
from survey.services.assessment.examining import analyses
from survey.services.assessment.examining.analyses import ANALYSING
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR

from .year_at_end import analyse, at_end, read, written, year


def found(unit: str = "t1") -> analyses.UnitAnalysis:
    return read(lambda session: analyses.analyses(session, year()))[unit]


def take(seen: int, unit: str = "t1") -> int:
    return written(lambda session: analyses.take_points_over(session, YEAR, unit, seen, BY))


def values(unit: str = "t1") -> dict[str, tuple[Fraction, str]]:
    held = read(lambda session: analyses.taken_over(session, year())).get(unit, {})
    return {key: (one.value, one.document) for key, one in held.items()}


def enter(value: int, document: str, *, taken_back: bool = False) -> None:
    row = {
        "unit": "t1",
        "component": "leaders",
        "value": value,
        "document": document,
        "taken_back": taken_back,
    }
    written(lambda session: taking.take_acts(session, YEAR, {"entered": [row]}, BY))


def test_saved_twice_is_one_version_and_each_change_another(each_app: Flask) -> None:
    at_end()
    draft = analyse(submit=False)
    assert analyse(submit=False) == draft
    assert found().submitted is None
    given = analyse(seen=draft)
    assert analyse(seen=draft) == given
    later = analyse(seen=given, submit=False, team="另一稿")
    assert [one.number for one in found().versions] == [draft, given, later]
    assert found().submitted == found().versions[1]


def test_somebody_else_s_version_is_not_written_over(each_app: Flask) -> None:
    at_end()
    first = analyse(submit=False)
    with pytest.raises(ChangedMeanwhile):
        analyse(submit=False, team="同时写的")
    assert [one.number for one in found().versions] == [first]


def test_what_is_wrong_is_not_stored(app: Flask) -> None:
    at_end()
    with pytest.raises(BadYearRecord):
        analyse(team="")
    with pytest.raises(UnknownUnit):
        analyse("t9")
    assert found().last is None


@pytest.mark.parametrize("stage", sorted(set(Stage) - set(ANALYSING)))
def test_not_in_every_stage(app: Flask, stage: Stage) -> None:
    at_end(stage)
    with pytest.raises(WrongStage):
        analyse()


def test_points_are_taken_over_once(each_app: Flask) -> None:
    at_end()
    number = analyse()
    document = f"综合分析评议（第 {number} 号）"
    assert take(number) == 1
    assert take(number) == 0
    assert values() == {"leaders": (Fraction("91.5"), document)}
    assert values("t2") == {}


def test_a_later_version_takes_the_place_of_an_earlier_one(each_app: Flask) -> None:
    at_end()
    first = analyse()
    take(first)
    second = analyse(seen=first, **{"points.leaders": "88", "points.targets": "70"})
    with pytest.raises(ChangedMeanwhile):
        take(first)
    assert take(second) == 2
    document = f"综合分析评议（第 {second} 号）"
    assert values() == {"leaders": (Fraction(88), document), "targets": (Fraction(70), document)}
    third = analyse(seen=second, **{"points.leaders": "", "points.targets": "71"})
    assert take(third) == 1
    assert values()["leaders"] == (Fraction(88), document)


def test_a_draft_s_points_are_nobody_s_yet(app: Flask) -> None:
    at_end()
    draft = analyse(submit=False)
    with pytest.raises(UnknownYearRecord):
        take(draft)
    given = analyse("t2", **{"points.leaders": ""})
    with pytest.raises(UnknownYearRecord):
        take(given, "t2")
    assert values() == values("t2") == {}


def test_what_another_document_says_is_not_replaced(each_app: Flask) -> None:
    at_end()
    enter(95, "组织部函")
    number = analyse()
    with pytest.raises(BadNumbers):
        take(number)
    assert values() == {"leaders": (Fraction(95), "组织部函")}
    enter(95, "组织部函", taken_back=True)
    assert take(number) == 1


def test_what_was_taken_back_does_not_come_back_by_itself(each_app: Flask) -> None:
    at_end()
    number = analyse()
    take(number)
    row = {
        "unit": "t1",
        "component": "leaders",
        "value": Decimal("91.5"),
        "document": f"综合分析评议（第 {number} 号）",
        "taken_back": True,
    }
    written(lambda session: taking.take_acts(session, YEAR, {"entered": [row]}, BY))
    with pytest.raises(BadNumbers):
        take(number)
    assert values() == {}


def test_who_has_not_submitted(app: Flask) -> None:
    at_end()
    analyse("t2")
    analyse("t3", submit=False)
    every = read(lambda session: analyses.analyses(session, year()))
    assert analyses.not_submitted(every.values()) == ["t1", "t3"]
