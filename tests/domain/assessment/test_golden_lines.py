"""Rules that public bodies printed: each case's number gives the points that they say."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.indicators import Better
from survey.domain.assessment.outcome import UnitStanding
from survey.domain.assessment.scoring.number_words import percentage
from survey.domain.assessment.scoring.pace import task_standing
from survey.domain.assessment.scoring.places import rounded
from survey.domain.assessment.scoring.scoring_lines import score_line
from survey.domain.assessment.scoring.yardsticks import Peers
from tests.domain.assessment.small import a_line, a_target, an_assessment, an_indicator
from tests.sample_year import SAMPLE

CASES = json.loads((SAMPLE / "golden-assessment.json").read_text("utf-8"))["cases"]


def cases(*kinds: str) -> list[Any]:
    return [pytest.param(one, id=one["id"]) for one in CASES if one["kind"] in kinds]


def points_of(inputs: Mapping[str, Any], line: Mapping[str, Any]) -> Fraction:
    better = Better(inputs["better"])
    peers = [Fraction(one) for one in inputs.get("peers", [inputs["value"]])]
    return score_line(
        a_line(**line),
        points=Fraction(line.get("points", inputs.get("points"))),
        better=better,
        target=Fraction(inputs["target"]) if "target" in inputs else None,
        base=None,
        actual=Fraction(inputs["value"]),
        peers=Peers(peers, better),
    ).earned


@pytest.mark.parametrize("case", cases("line", "lines"))
def test_lines_give_what_public_bodies_printed(case: dict[str, Any]) -> None:
    inputs = case["inputs"]
    earned = sum(points_of(inputs, line) for line in inputs.get("lines", [inputs.get("line")]))

    if "round" in inputs:
        earned = Fraction(rounded(earned, inputs["round"]))
    assert earned == Fraction(case["expected"])


@pytest.mark.parametrize("case", cases("standing"))
def test_standings_are_what_public_bodies_printed(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    definition = an_assessment(an_indicator("i", better=inputs["better"], runs=inputs["runs"]))

    found = task_standing(definition, a_target(inputs["target"]), Fraction(inputs["actual"]), inputs["month"])

    assert found.gap is not None
    assert found.completion is not None
    said = {
        "gap": str(rounded(found.gap, inputs["places"])),
        "completion": str(rounded(found.completion * 100, inputs["places"])),
        "on_pace": found.on_pace,
        "light": found.light.value,
    }
    assert said | expected == said


@pytest.mark.parametrize("case", cases("share"))
def test_shares_are_what_public_bodies_printed(case: dict[str, Any]) -> None:
    inputs = case["inputs"]

    rate = UnitStanding("u1", inputs["whole"], inputs["part"], {}, 0, 0).rate

    assert rate is not None
    assert str(rounded(rate * 100, inputs["places"])) == case["expected"]["share"]


def test_every_case_of_these_kinds_is_held() -> None:
    assert len(cases("line", "lines", "standing", "share")) == 65
    assert percentage(Fraction(5, 12)) == "41.67%"
