"""Rules that public bodies printed for totals, caps, sheets, quotas and proposals, with their results."""

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.composite_rules import RatingBand, TrimRule
from survey.domain.assessment.facts import Evidence, SheetPoints
from survey.domain.assessment.scoring.places import rounded
from survey.domain.assessment.totals.entry_sums import sum_entries
from survey.domain.assessment.totals.proposal import quota_seats
from survey.domain.assessment.totals.sheet_values import sheet_means, trimmed_mean
from survey.domain.count.tally import Counts
from survey.domain.count.values import score_of
from survey.domain.definition.reader import read_definition
from tests.builders import ROOT
from tests.domain.assessment.composed import composed, entry, of_entered, outcomes, task, veto

CASES = json.loads((ROOT / "tests/data/assessment/golden-assessment.json").read_text())["cases"]
PLUS_MINUS = [{"key": "plus", "label": "加分", "each": 99}, {"key": "minus", "label": "减分", "each": -99}]


def cases(*kinds: str) -> Iterable[Any]:
    chosen = [one for one in CASES if one["kind"] in kinds]
    assert chosen
    return pytest.mark.parametrize(
        ("given", "expected"), [pytest.param(one["inputs"], one["expected"], id=one["id"]) for one in chosen]
    )


@cases("composite", "weighted", "lowest")
def test_totals(given: dict[str, Any], expected: Any) -> None:
    parts = list((given.get("components") or {}).values()) or given["values"]
    pairs = [part if isinstance(part, list) else ["1", part] for part in parts]
    components = [{"key": f"p{at}", "weight": float(weight)} for at, (weight, _) in enumerate(pairs)]
    composite: dict[str, Any] = {"rounding": {"total": given["places"]}, "bands": []}
    composite["bonus"] = given.get("bonus_as", "points")
    if "bands" in given:
        composite["combine"] = "lowest"
        composite["bands"] = [
            {"key": f"b{at}", "label": label, "at_least": int(least)}
            for at, (label, least) in enumerate(given["bands"])
        ]
    definition = composed(*components, composite=composite, items=PLUS_MINUS)
    entries = (
        entry("a", "plus", given.get("bonus", "0")),
        entry("a", "minus", f"-{given.get('deduction', '0')}"),
    )
    values = {"a": {f"p{at}": value for at, (_, value) in enumerate(pairs)}}
    found = of_entered(definition, values, entries=entries)["a"]
    total = expected["total"] if isinstance(expected, dict) else expected
    assert str(found.total) == total
    if isinstance(expected, dict) and "band" in expected:
        assert definition.band[str(found.proposed)].label == expected["band"]


@cases("composite-factor")
def test_totals_times_a_factor(given: dict[str, Any], expected: dict[str, str]) -> None:
    asked = {"measure": "分", "score": [{"points": 50, "method": "judged"}]}
    definition = composed(
        {"key": "targets", "from": "indicators", "factor": True},
        units={"a": {"factor": float(given["factor"])}},
        indicators=[{"key": key, "label": key, **asked} for key in "xyz"],
        items=PLUS_MINUS,
        composite={"rounding": {"total": given["places"]}},
    )
    points = zip("xyz", ("30", "40", "30"), given["parts"], strict=True)
    entries = (entry("a", "plus", given["bonus"]), entry("a", "minus", f"-{given['deduction']}"))
    tasks = {"a": tuple(task(*one) for one in points)}
    assert str(outcomes(definition, Evidence({}, entries=entries), tasks)["a"].total) == expected["total"]


@cases("caps")
def test_caps(given: dict[str, Any], expected: dict[str, str]) -> None:
    caps = given.get("items", {})
    keys = dict.fromkeys(item for item, _ in given["entries"])
    signs = {item: "-" if points.startswith("-") else "" for item, points in given["entries"]}
    items = [
        {"key": key, "label": key, "each": int(f"{signs[key]}99")}
        | ({"cap": float(caps[key])} if key in caps else {})
        for key in keys
    ]
    definition = composed(items=items, caps={key: float(cap) for key, cap in given["caps"].items()})
    found = sum_entries(definition, [entry("a", *one) for one in given["entries"]])["a"]
    for name, value in expected.items():
        assert getattr(found, name) == Fraction(value)


@cases("trim")
def test_trimmed_means(given: dict[str, Any], expected: str) -> None:
    trim = TrimRule(least=given["trim"]["from"], high=given["trim"]["high"], low=given["trim"]["low"])
    mean = trimmed_mean([Fraction(score) for score in given["scores"]], trim)
    assert str(rounded(mean, given["places"])) == expected


@cases("mean-rank")
def test_sheets_of_ranks(given: dict[str, Any], expected: str) -> None:
    line = {"key": "l", "label": "名次", "points": int(given["points"])}
    sheet = {"key": "s", "title": "排名", "kind": "rank", "by": float(given["by"]), "lines": [line]}
    points = [SheetPoints("s", "a", f"x{at}", "l", Fraction(n)) for at, n in enumerate(given["ranks"])]
    assert sheet_means(composed(sheets=[sheet]), points)["s", "a"].value == Fraction(expected)


@cases("votes")
def test_votes(given: dict[str, Any], expected: str) -> None:
    """The campaigns' own arithmetic, which feeds in."""
    grades = [
        {"key": f"g{at}", "label": f"G{at}", "points": int(points)}
        for at, points in enumerate(given["points"])
    ]
    definition = read_definition(
        {
            "format": 1,
            "campaign": {"code": "vote", "title": "测评", "organiser": "办"},
            "groups": [{"key": "g", "label": "票", "weight": 1}],
            "scales": [{"key": "s", "grades": grades}],
            "sections": [
                {"key": "f", "title": "表", "scale": "s", "criteria": [{"key": "overall", "label": "总体"}]}
            ],
            "ratees": [{"key": "r", "section": "f", "name": "甲"}],
        }
    )
    score = score_of(definition.scale["s"], Counts(tuple(given["votes"]), 0, 0))
    assert score is not None
    assert str(rounded(score, given["places"])) == expected


@cases("quota")
def test_quotas(given: dict[str, Any], expected: dict[str, list[int]]) -> None:
    bands: list[Any] = [
        {"key": f"b{at}", "label": f"B{at}", "at_least": 0, "quota": limit, "round": given["round"]}
        for at, limit in enumerate(given["limits"])
    ]
    found: tuple[RatingBand, ...] = composed(composite={"bands": bands}).composite.bands
    assert [quota_seats(band, given["number"]) for band in found] == expected["seats"]


@cases("proposal")
def test_proposals(given: dict[str, Any], expected: dict[str, list[Any]]) -> None:
    keys = [f"u{at}" for at in range(8)]
    bands = [band | {"label": band["key"]} for band in given["bands"]]
    definition = composed(units={key: {} for key in keys}, composite={"bands": bands})
    values = {key: {"e": total} for key, total in zip(keys, given["totals"], strict=False)}
    vetoes = tuple(veto(f"u{at}", band) for at, band in given.get("vetoed", {}).items())
    found = list(of_entered(definition, values, vetoes=vetoes).values())[: len(values)]
    assert [one.proposed for one in found] == expected["proposed"]
    assert [one.tied for one in found] == expected["tied"]
