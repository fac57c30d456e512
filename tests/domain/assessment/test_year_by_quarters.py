"""A year quite unlike the sample, by quarters, with sheets, factors and an open vote; worked by hand."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from survey.documents.assessment.assessment_file import read_assessment_file
from survey.documents.assessment.row_files import read_rows
from survey.documents.definition.definition_file import read_definition_file
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import (
    EnteredValue,
    Evidence,
    Lacking,
    PointEntry,
    Targets,
    UnitVeto,
)
from survey.domain.assessment.outcome import UnitOutcome
from survey.domain.assessment.reports.entries_file import read_entries
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.assessment.reports.number_rows import read_points, read_values
from survey.domain.assessment.targets_reader import read_targets
from survey.domain.assessment.totals.composite import year_outcome
from tests.builders import ROOT

FOLDER = ROOT / "tests" / "data" / "assessment_by_quarter"


def rows(name: str) -> list[FileRow]:
    return read_rows(name, (FOLDER / name).read_bytes())


@cache
def year() -> tuple[AssessmentDefinition, Targets, Evidence]:
    definition = read_assessment(read_assessment_file(FOLDER / "assessment.toml"))
    targets = read_targets(definition, rows("targets.csv"))
    actuals: Any = defaultdict(dict)
    for taken in read_values(definition, targets, rows("values.csv")):
        actuals[taken.period][taken.unit, taken.indicator] = taken.value
    acts = [act for act, _ in read_entries(definition, read_definition_file(FOLDER / "entries.toml"))]
    evidence = Evidence(
        actuals,
        tuple(read_points(definition, targets, rows("sheets.csv"))),
        tuple(act for act in acts if isinstance(act, PointEntry)),
        tuple(act for act in acts if isinstance(act, UnitVeto)),
        tuple(act for act in acts if isinstance(act, EnteredValue)),
    )
    return definition, targets, evidence


@cache
def outcome() -> dict[str, UnitOutcome]:
    return {unit.unit: unit for unit in year_outcome(*year()).units}


@pytest.mark.parametrize(
    ("unit", "indicator", "earned"),
    [
        # On its target of 7: 4, and second of the street that reached theirs: 6 × (1 − 0.05).
        ("s-1", "gdp", "9.7"),
        # 44 for 40 is 10 % over, two steps of 5 %: 10 × 0.9 − 2 × 1.5.
        ("s-1", "pm", "6"),
        # 36 for 42 is 14 % under, two whole steps; of 3 points at most 1 is added: 9 + 1.
        ("s-2", "pm", "10"),
        # Points stretched from 15 to 20: 20 × 99.8 ÷ 100.
        ("s-1", "fix", "19.96"),
        # 64.8 ÷ 60 is 108 %, at most 105 %: 15 × 1.05.
        ("s-3", "fix", "15.75"),
        # 88 lies between 85 (0.6) and 95 (0.9): 10 × 0.69.
        ("s-1", "resp", "6.9"),
        # 80 is below the scale: 10 × 0.2.
        ("s-2", "resp", "2"),
        # 66 for at most 60: 5 × (2 − 1.1).
        ("s-2", "debt", "4.5"),
        ("d-1", "mistakes", "3"),
        # 11.9 % of growth: 10 × (0.6 + 0.4 × 11.9 ÷ 12) = 9.97 (rounded); 5 × 111.9 ÷ 203.6 = 2.75.
        ("d-1", "grow", "12.71"),
    ],
)
def test_tasks_are_worth_what_their_lines_say(unit: str, indicator: str, earned: str) -> None:
    scores = {score.indicator: score.earned for score in outcome()[unit].tasks}
    assert scores[indicator] == Fraction(earned)


def test_parts_are_worked_out_by_hand() -> None:
    def parts(unit: str) -> dict[str, Fraction | None]:
        return {part.component: part.value for part in outcome()[unit].components}

    # 9.7 + 6 + 19.96 + 6.9 + 4.5 + 8.5 and 5 in full for the task it does not have, of 70; × 1.05.
    assert parts("s-1")["obj"] == Fraction("90.84")
    # Sums of lines 88, 85, 87, 87, 93, 91, the highest and the lowest left out.
    assert parts("s-1")["lead"] == Fraction("88.25")
    assert parts("s-2")["sup"] == 90
    assert outcome()["d-2"].components[4].why is Lacking.NOT_REPORTED
    assert outcome()["s-1"].parts == 4


def test_totals_ranks_and_bands_are_worked_out_by_hand() -> None:
    units = outcome().values()
    assert [(unit.unit, unit.total, unit.rank, unit.proposed) for unit in units] == [
        # (50 × 90.84 + 20 × 77.01 + 15 × 88.25 + 5 × 88.5) ÷ 90 + 2.5; a missed binding lowers it.
        ("s-1", Decimal("89.7"), 1, "b"),
        # Half of three units, rounded up, is two: no room in the second band is left.
        ("s-2", Decimal("84.6"), 3, "c"),
        ("s-3", Decimal("89.1"), 2, "b"),
        ("d-1", Decimal("71.1"), 2, "b"),
        ("d-2", Decimal("81.4"), 1, "c"),
    ]
    assert [unit.unit for unit in units if unit.binding_missed] == ["s-1", "s-2", "s-3"]
    assert (outcome()["s-1"].sums.bonus, outcome()["d-1"].sums.deduction) == (Fraction(5, 2), Fraction(3, 2))
    assert outcome()["d-2"].vetoed
