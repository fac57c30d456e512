"""The sample's year: what the rules make of its tasks, campaigns and entries, to the last digit."""

import csv
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.composite import outcome_of_tasks
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import CountedValue, Evidence, Lacking, PointEntry, Target, UnitVeto
from survey.domain.assessment.outcome import TaskScore, YearOutcome
from survey.domain.assessment.outcome_json import outcome_json
from tests.builders import ROOT

SAMPLE = ROOT / "tests" / "data" / "assessment"
EXPECTED = json.loads((SAMPLE / "expected.json").read_text())


def definition() -> AssessmentDefinition:
    return read_assessment(tomllib.loads((SAMPLE / "assessment.toml").read_text(), parse_float=Decimal))


def tasks() -> dict[str, tuple[TaskScore, ...]]:
    return {unit["unit"]: tuple(map(_task, unit["indicators"])) for unit in EXPECTED["units"]}


def _task(one: dict[str, Any]) -> TaskScore:
    actual = None if one["actual"] is None else Fraction(one["actual"])
    return TaskScore(one["indicator"], Fraction(one["points"]), actual, Fraction(one["exact"]), ())


def targets() -> dict[tuple[str, str], Target]:
    with (SAMPLE / "targets.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["unit"], row["indicator"]): Target(
            row["unit"], row["indicator"], Fraction(row["target"]) if row["target"] else None
        )
        for row in rows
    }


def evidence() -> Evidence:
    acts = tomllib.loads((SAMPLE / "entries.toml").read_text(), parse_float=Decimal)
    return Evidence(
        {},
        entries=tuple(_entries(acts["entries"])),
        vetoes=tuple(
            UnitVeto(**one | {"decided_on": date.fromisoformat(one["decided_on"])}) for one in acts["vetoes"]
        ),
        counted={
            (part["component"], unit["unit"]): _counted(part)
            for unit in EXPECTED["units"]
            for part in unit["components"]
            if part["component"] != "targets"
        },
    )


def _entries(rows: list[dict[str, Any]]) -> Iterator[PointEntry]:
    for one in rows:
        if not one.get("taken_back"):
            day = date.fromisoformat(one["decided_on"])
            yield PointEntry(**one | {"points": Fraction(one["points"]), "decided_on": day})


def _counted(part: dict[str, Any]) -> CountedValue:
    if part["value"] is None:
        return CountedValue(None, "d1", Lacking.WITHHELD)
    return CountedValue(Decimal(part["value"]), "d1")


@pytest.fixture(scope="module")
def year() -> YearOutcome:
    return outcome_of_tasks(definition(), targets(), evidence(), tasks())


def test_every_unit_comes_out_as_expected(year: YearOutcome) -> None:
    found = outcome_json(definition(), year, state="scored")
    for unit, expected in zip(found["units"], EXPECTED["units"], strict=True):
        assert unit["indicators"] == expected["indicators"]
        parts = [{key: one[key] for key in ("component", "value", "exact")} for one in unit["components"]]
        assert parts == expected["components"]
        assert {key: unit[key] for key in expected} | {"components": parts} == expected


def test_a_withheld_part_is_named_and_left_out(year: YearOutcome) -> None:
    (unit,) = (one for one in year.units if one.unit == "b3")
    assert unit.parts == 3
    assert unit.components[3].why is Lacking.WITHHELD
    assert unit.words == (
        "（60 × 97.74 ＋ 15 × 95.00 ＋ 10 × 94.73）÷ 85 = 96.90；"
        "缺群众满意度(满意率)（样本过小，不予显示），未计入，总分只由其余 3 部分得出"
    )
