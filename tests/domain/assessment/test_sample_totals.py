"""The sample's year, from its files and ballots to the last digit of every unit's total."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import CountedValue, Evidence, Lacking, PointEntry, UnitVeto
from survey.domain.assessment.outcome import UnitOutcome
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.targets_reader import read_targets
from survey.domain.assessment.totals.composite import year_outcome
from survey.domain.assessment.totals.counted_values import value_of
from survey.domain.assessment.totals.outcome_json import outcome_json, standing_json
from tests.disclosure.world import World
from tests.sample_year import SAMPLE, ballots_of, expected, sample

DEFINITION = read_assessment(sample("assessment.toml"))


def rows(name: str) -> Iterator[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


TARGETS = read_targets(
    DEFINITION,
    [
        FileRow(f"row {at}", {key: FileCell(f"row {at}, {key}", text) for key, text in row.items() if text})
        for at, row in enumerate(rows("targets.csv"), 2)
    ],
)


def actuals() -> dict[str, dict[tuple[str, str], Fraction]]:
    found: dict[str, dict[tuple[str, str], Fraction]] = {}
    for name, column in (("values.csv", "value"), ("verified.csv", "found")):
        for row in rows(name):
            found.setdefault(row["period"], {})[row["unit"], row["indicator"]] = Fraction(row[column])
    return found


def counted(definition: AssessmentDefinition) -> Iterator[tuple[tuple[str, str], CountedValue]]:
    for component in definition.components:
        if component.campaign:
            voted = World.of(sample(f"campaigns/{component.campaign}.toml"), ballots_of(component.campaign))
            for unit in definition.units:
                value = value_of(voted.count, voted.electorate.definition, component, unit.key)
                yield (component.key, unit.key), value


def evidence() -> Evidence:
    acts = sample("entries.toml")
    entries = [one for one in acts["entries"] if not one.pop("taken_back", False)]
    return Evidence(
        actuals(),
        entries=tuple(
            PointEntry(
                **one
                | {"points": Fraction(one["points"]), "decided_on": date.fromisoformat(one["decided_on"])}
            )
            for one in entries
        ),
        vetoes=tuple(
            UnitVeto(**one | {"decided_on": date.fromisoformat(one["decided_on"])}) for one in acts["vetoes"]
        ),
        counted=dict(counted(DEFINITION)),
    )


YEAR = year_outcome(DEFINITION, TARGETS, evidence())


def unit(key: str) -> UnitOutcome:
    return next(one for one in YEAR.units if one.unit == key)


@pytest.mark.parametrize("place", range(len(expected()["units"])))
def test_every_unit_comes_out_as_expected(place: int) -> None:
    wanted = expected()["units"][place]
    found = outcome_json(DEFINITION, YEAR, state="scored")["units"][place]
    parts = [{key: one[key] for key in ("component", "value", "exact")} for one in found["components"]]
    assert {key: found[key] for key in wanted} | {"components": parts} == wanted


def test_the_standing_of_may_comes_out_as_expected() -> None:
    standing = period_standing(DEFINITION, TARGETS, actuals()["2026-05"], "2026-05")
    assert standing_json(standing) == expected()["standing"]


def test_a_withheld_part_is_named_and_left_out() -> None:
    found = unit("b3")
    assert (found.parts, found.components[3].why) == (3, Lacking.WITHHELD)
    assert found.words == (
        "（60 × 97.7353 ＋ 15 × 95.00 ＋ 10 × 94.73）÷ 85 = 96.90；"
        "缺群众满意度(满意率)（样本过小，不予显示），未计入，总分只由其余 3 部分得出"
    )


def test_the_vetoed_one_keeps_its_rank_and_leaves_its_place() -> None:
    found = unit("t4")
    assert (found.rank, found.proposed, found.total) == (4, "poor", Decimal("90.56"))


def test_the_caps_and_the_deductions_say_their_sum() -> None:
    assert unit("t1").sums.words == (
        "受市级以上表彰：1 ＋ 1 ＋ 1，本项最多 2，计 2；改革创新经验推广：1.5，计 1.5；"
        "加分合计 3.5，最多 3，计 3"
    )
    assert unit("t5").sums.words == "迟报漏报：−0.2 − 0.2，计 −0.4"
    assert unit("t5").words.endswith(" − 减分 0.4 = 83.61")
