"""Tests of the oracle itself: published tables, examples worked by hand, invariants over random campaigns."""

from __future__ import annotations

import json
import random
import time
import tomllib
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from . import generate
from .count import SPOILED_ON_PAPER, breakdown_withheld, combine, count, round_one, round_percent, round_row

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "published.json").read_text("utf-8"))["tables"]
SEEDS = range(200)


# Published tables


def shares_of(table: dict[str, Any]) -> list[Fraction | None]:
    base = sum(table["counts"]) if table["denominator"] == "sum" else table[table["denominator"]]
    return [Fraction(number, base) for number in table["counts"]]


@pytest.mark.parametrize("table", PUBLISHED, ids=[table["id"] for table in PUBLISHED])
def test_published_table_is_reproduced(table: dict[str, Any]) -> None:
    shares = shares_of(table)
    if "published" in table:
        assert round_row(shares, table["rounding"], table["places"]) == table["published"]
    if "half_up" in table:
        assert round_row(shares, "half-up", table["places"]) == table["half_up"]
    if "published_rate" in table:
        rate = sum(shares[i] for i in table["rate_of"])
        assert round_percent(rate, table["rounding"], table["places"]) == table["published_rate"]


# Rounding


def test_rounding_is_exact_at_the_half() -> None:
    assert round_one(Fraction(17, 200), "half-up", 2) == "0.09"
    assert round_one(Fraction(17, 200), "truncate", 2) == "0.08"
    assert round_one(Fraction(5, 2), "half-up", 0) == "3"
    assert round_one(Fraction(5, 2), "sum-to-100", 0) == "3"
    assert round_one(Fraction(1, 16), "half-up", 4) == "0.0625"
    assert round_one(None, "half-up", 2) is None


def test_sum_to_100_gives_equal_remainders_in_the_order_of_the_scale() -> None:
    assert round_row([Fraction(1, 3)] * 3, "sum-to-100", 0) == ["34", "33", "33"]
    assert round_row([Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)], "sum-to-100", 0) == ["67", "17", "16"]
    assert round_row([Fraction(1, 8)] * 8, "sum-to-100", 0) == ["13"] * 4 + ["12"] * 4


def test_sum_to_100_adds_up_to_the_exact_sum_where_that_is_less() -> None:
    # 1/6 + 1/6 + 1/6 = 50 %: 16 + 16 + 16 = 48, two more.
    assert round_row([Fraction(1, 6)] * 3, "sum-to-100", 0) == ["17", "17", "16"]
    # 12.5 % in all, rounded half-up: 13.
    assert round_row([Fraction(1, 16), Fraction(1, 16)], "sum-to-100", 0) == ["7", "6"]
    assert round_row([None, None], "sum-to-100", 0) == [None, None]


# Examples worked by hand


def campaign(**parts: Any) -> dict[str, Any]:
    """Return two groups A and B that rate r1 on one criterion k: a = 100, b = 60, c = 0, abstentions out."""
    made: dict[str, Any] = {
        "format": 1,
        "campaign": {"code": "x", "title": "测评", "organiser": "组织部"},
        "groups": [{"key": "A", "label": "A", "weight": 30}, {"key": "B", "label": "B", "weight": 70}],
        "scales": [
            {
                "key": "s",
                "grades": [
                    {"key": "a", "label": "好", "points": 100},
                    {"key": "b", "label": "中", "points": 60},
                    {"key": "c", "label": "差", "points": 0},
                ],
                "abstain": {"label": "弃权"},
            }
        ],
        "rates": [{"scale": "s", "key": "good", "label": "满意率", "grades": ["a", "b"]}],
        "sections": [{"key": "f", "title": "表", "scale": "s", "criteria": [{"key": "k", "label": "项目"}]}],
        "ratees": [{"key": "r1", "section": "f", "name": "甲"}],
        "results": {"minimum_cell": 2},
    }
    made.update(parts)
    return made


def votes(group: str, grades: str, field: str = "r1.k", **more: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return one ballot for each letter; a blank is a space."""
    return [(group, {**({} if letter == " " else {field: letter}), **more}) for letter in grades]


def cell(result: dict[str, Any], row: str, group: str | None = None, criterion: str = "k") -> dict[str, Any]:
    """Return the one row of r1 that is asked for."""
    (found,) = [
        entry
        for entry in result["cells"]
        if (entry["ratee"], entry["criterion"], entry["row"], entry["group"]) == ("r1", criterion, row, group)
    ]
    return found


def hidden(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(entry.values()) for entry in result["withheld"]]


def test_paper_is_part_of_what_was_returned_and_may_be_spoiled_without_a_rule() -> None:
    cast = [*votes("A", "aab"), ("A", SPOILED_ON_PAPER), *votes("B", "bc")]
    result = count(campaign(paper={}), cast, {"A": 7, "B": 5}, paper={"A": 3})["accounting"]
    assert [(one["returned"], one["spoiled"], one["paper"]) for one in result["groups"]] == [
        (4, 1, 3),
        (2, 0, 0),
    ]
    assert (result["total"]["returned"], result["total"]["spoiled"], result["total"]["paper"]) == (6, 1, 3)
    few = count(campaign(paper={}, results={"minimum_cell": 3}), cast, {"A": 7, "B": 5}, paper={"A": 3})
    assert [one["paper"] for one in few["accounting"]["groups"]] == [None, None]
    assert few["accounting"]["total"]["paper"] == 3


def test_a_plain_count() -> None:
    result = count(campaign(), votes("A", "aab- ") + votes("B", "bccc"), {"A": 7, "B": 5}, {"A": 1}, {"A": 6})
    assert result["accounting"] == {
        "groups": [
            {
                "group": "A",
                "present": 6,
                "issued": 7,
                "voided": 1,
                "unused": 1,
                "returned": 5,
                "valid": 5,
                "spoiled": 0,
                "unreadable": 0,
            },
            {
                "group": "B",
                "present": None,
                "issued": 5,
                "voided": 0,
                "unused": 1,
                "returned": 4,
                "valid": 4,
                "spoiled": 0,
                "unreadable": 0,
            },
        ],
        "total": {
            "present": None,
            "issued": 12,
            "voided": 1,
            "unused": 2,
            "returned": 9,
            "valid": 9,
            "spoiled": 0,
            "unreadable": 0,
        },
    }
    assert cell(result, "group", "A") == {
        "ratee": "r1",
        "criterion": "k",
        "row": "group",
        "group": "A",
        "answered": 3,
        "abstained": 1,
        "blank": 1,
        "counts": {"a": 2, "b": 1, "c": 0},
        "shares": {"a": "66.67", "b": "33.33", "c": "0.00"},
        "rates": {"good": "100.00"},
        "score": "86.67",
    }
    # Pooled: a 2, b 2, c 3 of 7; (200 + 120) / 7.
    assert cell(result, "pooled")["shares"] == {"a": "28.57", "b": "28.57", "c": "42.86"}
    assert cell(result, "pooled")["score"] == "45.71"
    # Weighted: a 0.3 * 2/3 = 20 %; b 0.3 / 3 + 0.7 / 4 = 27.5 %; c 0.7 * 3/4 = 52.5 %; 26 + 10.5.
    assert cell(result, "weighted") == {
        "ratee": "r1",
        "criterion": "k",
        "row": "weighted",
        "group": None,
        "shares": {"a": "20.00", "b": "27.50", "c": "52.50"},
        "rates": {"good": "47.50"},
        "score": "36.50",
    }
    assert result["ratees"] == [
        {
            "ratee": "r1",
            "section": "f",
            "scores": {"A": "86.67", "B": "15.00"},
            "pooled": "45.71",
            "weighted": "36.50",
            "band": None,
            "rank": None,
        }
    ]
    assert result["withheld"] == []
    assert list(result) == [
        "format",
        "campaign",
        "state",
        "accounting",
        "cells",
        "ratees",
        "questions",
        "breakdowns",
        "withheld",
    ]


@pytest.mark.parametrize(
    ("treat", "shares", "rate", "score"),
    [
        ("exclude", {"a": "50.00", "b": "50.00", "c": "0.00"}, "100.00", "80.00"),
        ("denominator", {"a": "33.33", "b": "33.33", "c": "0.00", "-": "33.33"}, "66.67", "80.00"),
        ("zero", {"a": "33.33", "b": "33.33", "c": "0.00", "-": "33.33"}, "66.67", "53.33"),
    ],
)
def test_each_treatment_of_abstentions(treat: str, shares: dict[str, str], rate: str, score: str) -> None:
    definition = campaign()
    definition["scales"][0]["abstain"] = {"label": "弃权", "treat": treat}
    row = cell(count(definition, votes("A", "aabb-- "), {}), "group", "A")
    assert (row["shares"], row["rates"]["good"], row["score"]) == (shares, rate, score)
    assert (row["answered"], row["abstained"], row["blank"]) == (4, 2, 1)


def test_abstentions_only_give_shares_and_no_score() -> None:
    definition = campaign()
    definition["scales"][0]["abstain"]["treat"] = "denominator"
    row = cell(count(definition, votes("A", "--"), {}), "group", "A")
    assert row["shares"] == {"a": "0.00", "b": "0.00", "c": "0.00", "-": "100.00"}
    assert (row["rates"], row["score"]) == ({"good": "0.00"}, None)


def test_blank_counts_as_abstention_where_the_scale_has_one() -> None:
    definition = campaign(rules={"blank": "abstain"})
    row = cell(count(definition, votes("A", "aa  -"), {}), "group", "A")
    assert (row["answered"], row["abstained"], row["blank"]) == (2, 3, 0)
    del definition["scales"][0]["abstain"]
    row = cell(count(definition, votes("A", "aa  "), {}), "group", "A")
    assert (row["answered"], row["abstained"], row["blank"]) == (2, 0, 2)


def test_all_blank_is_judged_before_blanks_become_abstentions() -> None:
    definition = campaign(rules={"blank": "abstain", "spoiled_if": ["all-blank"]})
    result = count(definition, votes("A", "aa  -"), {"A": 5})
    assert cell(result, "group", "A")["abstained"] == 1
    assert (result["accounting"]["total"]["valid"], result["accounting"]["total"]["spoiled"]) == (3, 2)


@pytest.mark.parametrize(
    ("reasons", "fields", "valid"),
    [
        (["all-blank"], {"f.comment": "好", "q.x": "1"}, False),
        (["all-blank"], {"r1.k": "-"}, True),
        (["all-same"], {"r1.k": "b", "r2.k": "b"}, True),
        (["all-same"], {"r1.k": "b", "r2.k": "b", "r3.k": "b"}, False),
        (["all-same"], {"r1.k": "b", "r2.k": "b", "r3.k": "b", "r4.k": "-"}, False),
        (["all-same"], {"r1.k": "b", "r2.k": "b", "r3.k": "b", "r4.k": "a"}, True),
        (["all-top"], {"r1.k": "a"}, False),
        (["all-top"], {"r1.k": "a", "r2.k": "-"}, False),
        (["all-top"], {"r1.k": "a", "r2.k": "b"}, True),
        (["all-top"], {"r1.k": "-"}, True),
        (["all-top"], {}, True),
        (["all-same", "all-top"], {"r1.k": "a", "r2.k": "a"}, False),
        ([], {"r1.k": "a", "r2.k": "a", "r3.k": "a"}, True),
    ],
)
def test_spoiled_ballots(reasons: list[str], fields: dict[str, str], valid: bool) -> None:
    ratees = [{"key": f"r{i}", "section": "f", "name": "甲"} for i in range(1, 5)]
    definition = campaign(ratees=ratees, rules={"spoiled_if": reasons})
    result = count(definition, [("A", fields)], {"A": 1})
    assert result["accounting"]["total"]["valid"] == int(valid)


@pytest.mark.parametrize(
    ("missing", "weighted"), [("renormalise", "80.00"), ("withhold", None), ("zero", "24.00")]
)
def test_missing_group(missing: str, weighted: str | None) -> None:
    definition = campaign(results={"minimum_cell": 2, "missing_group": missing})
    result = count(definition, votes("A", "ab"), {})
    assert cell(result, "weighted")["score"] == weighted
    assert cell(result, "group", "B")["score"] is None
    assert result["ratees"][0]["scores"] == {"A": "80.00", "B": None}
    assert result["ratees"][0]["weighted"] == weighted


@pytest.mark.parametrize(
    ("missing", "weighted"), [("renormalise", None), ("withhold", None), ("zero", "0.00")]
)
def test_missing_group_where_no_group_has_the_value(missing: str, weighted: str | None) -> None:
    result = count(campaign(results={"missing_group": missing}), [], {})
    assert cell(result, "weighted")["shares"] == dict.fromkeys("abc", weighted)
    assert cell(result, "pooled")["shares"] == dict.fromkeys("abc")
    assert result["ratees"][0]["weighted"] == weighted
    assert result["ratees"][0]["pooled"] is None


def test_missing_is_judged_per_value() -> None:
    definition = campaign(results={"minimum_cell": 2, "missing_group": "renormalise"})
    definition["scales"][0]["abstain"]["treat"] = "denominator"
    row = cell(count(definition, votes("A", "ab") + votes("B", "--"), {}), "weighted")
    assert row["shares"] == {"a": "15.00", "b": "15.00", "c": "0.00", "-": "70.00"}
    assert row["score"] == "80.00"


def test_weights_are_read_exactly_as_written() -> None:
    assert combine(
        [Fraction(Decimal("0.1")), Fraction(Decimal("0.2"))], [Fraction(1), None], "zero"
    ) == Fraction(1, 3)


def test_criteria_weights_leave_out_missing_scores_and_zero_weights() -> None:
    criteria = [
        {"key": "k", "label": "项目", "weight": 1},
        {"key": "l", "label": "项目", "weight": Decimal("2.5")},
        {"key": "z", "label": "项目", "weight": 0},
    ]
    sections = [{"key": "f", "title": "表", "scale": "s", "criteria": criteria}]
    ballots = [("A", {"r1.k": "a", "r1.l": "b", "r1.z": "c"})] * 2 + [("B", {"r1.k": "b", "r1.z": "a"})] * 2
    (ratee,) = count(campaign(sections=sections), ballots, {})["ratees"]
    # A: (100 + 2.5 * 60) / 3.5; B: 60; pooled: k 80, l 60: (80 + 150) / 3.5; weighted 0.3 * 71.43 + 42.
    assert ratee["scores"] == {"A": "71.43", "B": "60.00"}
    assert (ratee["pooled"], ratee["weighted"]) == ("65.71", "63.43")


def test_bands_and_ranks_on_the_displayed_score() -> None:
    ratees = [{"key": f"r{i}", "section": "f", "name": "甲"} for i in range(1, 7)]
    bands = [{"key": "top", "label": "优", "at_least": 80}, {"key": "mid", "label": "中", "at_least": 60}]
    settings = {"minimum_cell": 2, "rank": True, "rounding": {"places": 0}, "bands": bands}
    marks = {"r1": "aab", "r2": "aba", "r3": "abb", "r4": "aaa", "r5": "cbb", "r6": "   "}
    ballots = [("A", {f"{key}.k": marks[key][i] for key in marks if marks[key][i] != " "}) for i in range(3)]
    result = count(campaign(ratees=ratees, results=settings), ballots, {})
    assert [(one["weighted"], one["band"], one["rank"]) for one in result["ratees"]] == [
        ("87", "top", 2),
        ("87", "top", 2),
        ("73", "mid", 4),
        ("100", "top", 1),
        ("40", None, 5),
        (None, None, None),
    ]


@pytest.mark.parametrize(("mode", "band"), [("half-up", "top"), ("truncate", None)])
def test_band_at_the_boundary(mode: str, band: str | None) -> None:
    bands = [{"key": "top", "label": "优", "at_least": Decimal("86.7")}]
    settings = {"minimum_cell": 2, "rounding": {"mode": mode, "places": 1}, "bands": bands}
    (ratee,) = count(campaign(results=settings), votes("A", "aab"), {})["ratees"]
    assert ratee["band"] == band


# Disclosure


def test_small_pooled_row_withholds_the_cell() -> None:
    result = count(campaign(results={"minimum_cell": 4, "small_groups": "show"}), votes("A", "aab"), {})
    assert result["cells"] == []
    assert hidden(result) == [
        ("r1", "k", "group", "A", "small-cell"),
        ("r1", "k", "group", "B", "small-cell"),
        ("r1", "k", "pooled", None, "small-cell"),
        ("r1", "k", "weighted", None, "small-cell"),
    ]
    assert result["ratees"][0]["scores"] == {}
    assert (result["ratees"][0]["pooled"], result["ratees"][0]["weighted"]) == (None, None)


def test_few_answers_or_few_marks_make_a_row_small() -> None:
    settings = {"minimum_cell": 3}
    assert hidden(count(campaign(results=settings), votes("A", "aa-----"), {}))
    assert hidden(count(campaign(results=settings), votes("A", "--"), {}))
    assert not hidden(count(campaign(results=settings), votes("A", "---"), {}))
    assert not hidden(count(campaign(results=settings), votes("A", "  "), {}))


def test_withhold_keeps_only_the_pooled_row() -> None:
    result = count(campaign(results={"minimum_cell": 3}), votes("A", "ab") + votes("B", "aabb"), {})
    assert [entry["row"] for entry in result["cells"]] == ["pooled"]
    assert hidden(result) == [
        ("r1", "k", "group", "A", "small-group"),
        ("r1", "k", "group", "B", "small-group"),
        ("r1", "k", "weighted", None, "small-group"),
    ]
    (ratee,) = result["ratees"]
    assert (ratee["scores"], ratee["pooled"], ratee["weighted"]) == ({}, "80.00", None)
    assert [group["valid"] for group in result["accounting"]["groups"]] == [None, None]
    assert result["accounting"]["total"]["valid"] == 6


def test_show_keeps_small_groups() -> None:
    settings = {"minimum_cell": 3, "small_groups": "show"}
    result = count(campaign(results=settings), votes("A", "ab") + votes("B", "aabb"), {})
    assert result["withheld"] == []
    assert [group["valid"] for group in result["accounting"]["groups"]] == [2, 4]


def test_withheld_criterion_without_weight_leaves_the_scores() -> None:
    criteria = [{"key": "k", "label": "项目"}, {"key": "z", "label": "项目", "weight": 0}]
    sections = [{"key": "f", "title": "表", "scale": "s", "criteria": criteria}]
    ballots = votes("A", "aab") + votes("B", "aab") + votes("A", "a", "r1.z")
    result = count(campaign(sections=sections, results={"minimum_cell": 3}), ballots, {})
    assert {entry["criterion"] for entry in result["withheld"]} == {"z"}
    assert result["ratees"][0]["scores"] == {"A": "86.67", "B": "86.67"}


MERGE = [{"key": key, "label": key, "weight": weight} for key, weight in [("A", 10), ("B", 20), ("C", 70)]]


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ((4, 4, 4), ["A", "B", "C"]),
        ((2, 4, 4), ["A+B", "C"]),
        ((4, 2, 4), ["A", "B+C"]),
        ((4, 4, 2), ["A", "B+C"]),
        ((1, 1, 4), ["A+B+C"]),  # A+B has two, too few
        ((2, 2, 2), ["A+B+C"]),  # A+B has four; then C is small: joined with the one before
        ((0, 2, 4), ["A", "B+C"]),  # an empty group is not small
        ((1, 1, 0), ["A+B+C"]),
    ],
)
def test_merge(sizes: tuple[int, int, int], merged: list[str]) -> None:
    definition = campaign(groups=MERGE, results={"minimum_cell": 3, "small_groups": "merge"})
    ballots = [ballot for key, size in zip("ABC", sizes, strict=True) for ballot in votes(key, "a" * size)]
    result = count(definition, ballots, {})
    rows = [entry for entry in [*result["cells"], *result["withheld"]] if entry["row"] == "group"]
    assert [row["group"] for row in rows] == merged
    if sum(sizes) >= 3:
        assert result["withheld"] == []
        assert list(result["ratees"][0]["scores"]) == merged


def test_merge_adds_weights_and_looks_at_all_cells() -> None:
    criteria = [{"key": "k", "label": "项目"}, {"key": "l", "label": "项目", "weight": 0}]
    sections = [{"key": "f", "title": "表", "scale": "s", "criteria": criteria}]
    definition = campaign(
        groups=MERGE, sections=sections, results={"minimum_cell": 3, "small_groups": "merge"}
    )
    ballots = votes("A", "aaa") + votes("B", "ccc") + votes("C", "ccc") + votes("A", "a", "r1.l")
    result = count(definition, ballots, {})
    # l has one answer: its pooled row is small, which counts for merging too. A+B+C: small is only the whole.
    assert list(result["ratees"][0]["scores"]) == ["A+B+C"]
    assert cell(result, "weighted")["score"] == "33.33"
    assert {(entry["criterion"], entry["why"]) for entry in result["withheld"]} == {("l", "small-cell")}

    ballots = votes("A", "aa") + votes("B", "cc") + votes("C", "ccc")
    result = count(definition, ballots, {})
    # A+B: four ballots, score 50, weight 30; C: 0, weight 70.
    assert result["ratees"][0]["scores"] == {"A+B": "50.00", "C": "0.00"}
    assert cell(result, "weighted")["score"] == "15.00"


def test_merge_is_for_each_ratee() -> None:
    ratees = [{"key": "r1", "section": "f", "name": "甲"}, {"key": "r2", "section": "f", "name": "乙"}]
    definition = campaign(ratees=ratees, results={"minimum_cell": 2, "small_groups": "merge"})
    ballots: list[tuple[str, dict[str, Any]]] = [("A", {"r1.k": "a", "r2.k": "a"}), ("A", {"r2.k": "a"})]
    ballots += [("B", {"r1.k": "b", "r2.k": "b"})] * 2
    result = count(definition, ballots, {})
    assert [list(one["scores"]) for one in result["ratees"]] == [["A+B"], ["A", "B"]]


def test_groups_of_the_ratee_replace_those_of_the_section() -> None:
    sections = [
        {
            "key": "f",
            "title": "表",
            "scale": "s",
            "groups": ["A"],
            "criteria": [{"key": "k", "label": "项目"}],
        }
    ]
    ratees = [
        {"key": "r1", "section": "f", "name": "甲", "groups": ["B"]},
        {"key": "r2", "section": "f", "name": "乙"},
    ]
    result = count(campaign(sections=sections, ratees=ratees), [], {})
    rows = [(entry["ratee"], entry["group"]) for entry in result["cells"] if entry["row"] == "group"]
    assert rows == [("r1", "B"), ("r2", "A")]


# Questions and breakdowns

OPTIONS = [{"key": key, "label": key} for key in ("1", "2", "3")]


def asked(kind: str, **more: Any) -> list[dict[str, Any]]:
    return [{"key": "x", "label": "问", "kind": kind, "options": OPTIONS, **more}]


def test_question_bases_and_choices() -> None:
    ballots: list[tuple[str, dict[str, Any]]] = [("A", {"q.x": ["1", "2"]}), ("A", {"q.x": "1"}), ("A", {})]
    settings = {"minimum_cell": 2, "rounding": {"mode": "sum-to-100", "places": 0}}
    result = count(campaign(questions=asked("choices"), results=settings), ballots, {})
    assert result["questions"][0] == {
        "question": "x",
        "row": "group",
        "group": "A",
        "valid": 3,
        "answered": 2,
        "counts": {"1": 2, "2": 1, "3": 0},
        "shares": {"1": "100", "2": "50", "3": "0"},
    }
    assert result["questions"][1]["shares"] == {"1": None, "2": None, "3": None}
    result = count(campaign(questions=asked("choices", base="valid"), results=settings), ballots, {})
    assert result["questions"][2]["shares"] == {"1": "67", "2": "33", "3": "0"}
    result = count(campaign(questions=asked("text"), results=settings), [("A", {"q.x": "话"})], {})
    assert result["questions"] == []


def test_choice_shares_add_up_to_their_exact_sum() -> None:
    ballots = [("A", {"q.x": option}) for option in "1233"] + [("A", {})] * 3
    settings = {"minimum_cell": 2, "rounding": {"mode": "sum-to-100", "places": 0}}
    result = count(campaign(questions=asked("choice", base="valid"), results=settings), ballots, {})
    # 1/7, 1/7, 2/7: 14.29 + 14.29 + 28.57 = 57.14.
    assert result["questions"][0]["shares"] == {"1": "14", "2": "14", "3": "29"}


def test_spoiled_ballots_answer_no_question() -> None:
    definition = campaign(questions=asked("choice"), rules={"spoiled_if": ["all-blank"]})
    result = count(definition, [("A", {"q.x": "1"})] * 3, {})
    assert (result["questions"][2]["valid"], result["questions"][2]["answered"]) == (0, 0)


@pytest.mark.parametrize(
    ("small", "why"),
    [
        ("withhold", ["small-group", "small-group", None]),
        ("merge", ["small-group", "small-group", None]),
        ("show", [None, None, None]),
    ],
)
def test_small_group_rows_of_a_question(small: str, why: list[str | None]) -> None:
    definition = campaign(
        questions=asked("choice", groups=["A", "B"]), results={"minimum_cell": 3, "small_groups": small}
    )
    ballots = [("A", {"q.x": "1"})] * 2 + [("B", {"q.x": "1"})] * 3
    result = count(definition, ballots, {})
    reasons = {entry["group"]: entry["why"] for entry in result["withheld"] if "question" in entry}
    assert [reasons.get(group) for group in ("A", "B", None)] == why


def test_small_question_is_withheld_also_under_show() -> None:
    definition = campaign(questions=asked("choice"), results={"minimum_cell": 3, "small_groups": "show"})
    result = count(definition, [("A", {"q.x": "1"})] * 2, {})
    assert result["questions"] == []
    assert {entry["why"] for entry in result["withheld"]} == {"small-cell"}


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([(5, 0), (6, 0), (0, 0)], set()),
        ([(2, 0), (9, 0), (6, 0), (0, 0)], {0, 2}),  # one is small: the smallest other one goes with it
        ([(2, 0), (3, 0), (9, 0)], {0, 1}),  # two small ones with five answers
        ([(2, 0), (2, 0), (9, 0), (7, 0)], {0, 1, 3}),
        ([(2, 0), (7, 0), (9, 0), (7, 0)], {0, 1}),  # ties in option order
        ([(2, 0), (0, 0), (0, 0)], {0, 1, 2}),  # it cannot be: all
        ([(1, 0), (1, 0), (0, 0)], {0, 1, 2}),
        ([(0, 2), (8, 0), (6, 3)], {0, 2}),  # abstentions make small too, but are no answers
        ([(0, 2), (0, 9), (6, 3)], {0, 2}),
    ],
)
def test_secondary_withholding_of_breakdown_rows(rows: list[tuple[int, int]], chosen: set[int]) -> None:
    assert breakdown_withheld(rows, 5) == chosen


def test_breakdown_rows() -> None:
    definition = campaign(questions=asked("choice", breakdown=True), results={"minimum_cell": 3})
    ballots = votes("A", "aab-", **{"q.x": "1"}) + votes("B", "bbb", **{"q.x": "2"}) + votes("B", "ccc ")
    result = count(definition, ballots, {})
    assert [entry["option"] for entry in result["breakdowns"]] == ["1", "2", "3", "-"]
    assert result["breakdowns"][0] == {
        "question": "x",
        "option": "1",
        "ratee": "r1",
        "criterion": "k",
        "answered": 3,
        "abstained": 1,
        "counts": {"a": 2, "b": 1, "c": 0},
        "shares": {"a": "66.67", "b": "33.33", "c": "0.00"},
        "rates": {"good": "100.00"},
        "score": "86.67",
    }
    assert result["breakdowns"][2]["score"] is None
    result = count(definition, ballots + votes("B", "c", **{"q.x": "3"}), {})
    assert hidden(result) == [("x", "1", "r1", "k", "small-cell"), ("x", "3", "r1", "k", "small-cell")]
    result = count(definition, votes("A", "aa", **{"q.x": "1"}), {})
    assert [entry["option"] for entry in result["withheld"] if "option" in entry] == ["1", "2", "3", "-"]


# Random campaigns


def random_campaign(seed: int) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    rng = random.Random(seed)
    definition = tomllib.loads(generate.definition(rng), parse_float=Decimal)
    return definition, generate.ballots(rng, definition)


def raters(definition: dict[str, Any], ratee: dict[str, Any]) -> list[str]:
    (section,) = [one for one in definition["sections"] if one["key"] == ratee["section"]]
    named = ratee.get("groups", section.get("groups"))
    return [group["key"] for group in definition["groups"] if named is None or group["key"] in named]


def test_the_same_seed_makes_the_same_campaign_and_codes_differ() -> None:
    assert random_campaign(7) == random_campaign(7)
    rng = random.Random(1)
    codes = {tomllib.loads(generate.definition(rng))["campaign"]["code"] for _ in range(50)}
    assert len(codes) == 50


def test_random_campaigns_use_every_key_and_value() -> None:
    seen: set[str] = set()

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                seen.add(f"{path}.{key}" if path else key)
                walk(inner, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, path)
        elif path.rsplit(".", 1)[-1] in {
            "treat",
            "blank",
            "spoiled_if",
            "mode",
            "kind",
            "small_groups",
            "places",
        }:
            seen.add(f"{path}={value}")

    for seed in SEEDS:
        walk(random_campaign(seed)[0], "")
    wanted = """
        campaign.instructions campaign.entry campaign.ceiling campaign.time_zone groups.weight groups.issue
        scales.grades.reason scales.abstain.label scales.abstain.treat=exclude
        scales.abstain.treat=denominator scales.abstain.treat=zero
        rates.grades sections.comment sections.groups sections.criteria.weight
        ratees.post ratees.unit ratees.statement ratees.groups quotas.at_most questions.kind=choice
        questions.kind=choices questions.kind=text questions.at_most questions.base questions.groups
        questions.options.alone
        questions.breakdown rules.blank=allow rules.blank=abstain rules.blank=require
        rules.spoiled_if=all-blank rules.spoiled_if=all-same rules.spoiled_if=all-top
        results.minimum_cell results.missing_group
        results.small_groups=withhold results.small_groups=merge results.small_groups=show results.rank
        results.bands.at_least results.rounding.mode=half-up results.rounding.mode=truncate
        results.rounding.mode=sum-to-100 results.rounding.places=0 results.rounding.places=1
        results.rounding.places=2 results.rounding.places=3 results.rounding.places=4
    """
    assert set(wanted.split()) - seen == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_definition_is_valid(seed: int) -> None:
    definition, _ = random_campaign(seed)
    for kind in ("groups", "scales", "rates", "sections", "ratees", "questions"):
        made = [entry["key"] for entry in definition.get(kind, [])]
        assert len(set(made)) == len(made)
    assert "q" not in {ratee["key"] for ratee in definition["ratees"]}
    assert {ratee["section"] for ratee in definition["ratees"]} == {
        one["key"] for one in definition["sections"]
    }
    scales = {one["key"]: one for one in definition["scales"]}
    for one in scales.values():
        values = [grade["points"] for grade in one["grades"]]
        assert len(values) >= 2
        assert all(high > low for high, low in pairwise(values))
        assert values[-1] >= 0
    for section in definition["sections"]:
        assert any(criterion.get("weight", 1) > 0 for criterion in section["criteria"])
        assert "comment" not in {criterion["key"] for criterion in section["criteria"]}
        assert len({criterion["key"] for criterion in section["criteria"]}) == len(section["criteria"])
    assert all(group["weight"] > 0 for group in definition["groups"])
    settings = definition.get("results", {})
    minimum = settings.get("minimum_cell", 5)
    if any(group.get("issue", 2 * minimum) < 2 * minimum for group in definition["groups"]):
        assert "small_groups" in settings
    floors = [band["at_least"] for band in settings.get("bands", [])]
    assert floors == sorted(set(floors), reverse=True)
    if definition["campaign"].get("entry") == "open":
        assert len(definition["groups"]) == 1
    broken_down = [one for one in definition.get("questions", []) if one.get("breakdown")]
    assert len(broken_down) <= 2
    assert all(one["kind"] == "choice" and "groups" not in one for one in broken_down)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_ballots_are_acceptable(seed: int) -> None:
    definition, ballots = random_campaign(seed)
    issues = {group["key"]: group.get("issue") for group in definition["groups"]}
    for key, issue in issues.items():
        assert issue is None or sum(group == key for group, _ in ballots) <= issue
    sections = {one["key"]: one for one in definition["sections"]}
    scales = {one["key"]: one for one in definition["scales"]}
    require = definition.get("rules", {}).get("blank") == "require"
    for group, fields in ballots:
        rest = {name: value for name, value in fields.items() if value}
        rated = [ratee for ratee in definition["ratees"] if group in raters(definition, ratee)]
        for ratee in rated:
            section = sections[ratee["section"]]
            scale = scales[section["scale"]]
            grades = {grade["key"]: grade.get("reason") for grade in scale["grades"]}
            for criterion in section["criteria"]:
                name = f"{ratee['key']}.{criterion['key']}"
                value = rest.pop(name, None)
                reason = rest.pop(f"{name}.reason", None)
                assert (
                    value in grades
                    or (value == "-" and "abstain" in scale)
                    or (not require and value is None)
                )
                assert reason is not None or grades.get(value) is None
                assert reason is None or len(reason) <= 200
        for quota in definition.get("quotas", []):
            names = [
                f"{ratee['key']}.{quota['criterion']}"
                for ratee in rated
                if ratee["section"] == quota["section"]
            ]
            given = sum(fields.get(name) == quota["grade"] for name in names)
            limit = quota["at_most"]
            if isinstance(limit, str):
                limit = max(1, (2 * int(limit[:-1]) * len(names) + 100) // 200)
            assert given <= limit
        for section in definition["sections"]:
            if section.get("comment") and any(ratee["section"] == section["key"] for ratee in rated):
                assert len(rest.pop(f"{section['key']}.comment", "")) <= 500
        for question in definition.get("questions", []):
            if group not in question.get("groups", [group]):
                continue
            value = rest.pop(f"q.{question['key']}", [])
            if question["kind"] == "text":
                assert len(value) <= 500
                continue
            chosen = [value] if isinstance(value, str) else value
            options = [option["key"] for option in question["options"]]
            assert set(chosen) <= set(options)
            assert len(set(chosen)) == len(chosen)
            assert len(chosen) <= (
                1 if question["kind"] == "choice" else question.get("at_most", len(options))
            )
        assert rest == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_random_campaign_keeps_the_invariants(seed: int) -> None:
    definition, ballots = random_campaign(seed)
    issued = {group["key"]: group.get("issue", 60) for group in definition["groups"]}
    before = json.dumps(ballots)
    result = count(definition, ballots, issued)
    assert json.dumps(ballots) == before
    assert json.loads(json.dumps(result)) == result

    settings = definition.get("results", {})
    minimum = settings.get("minimum_cell", 5)
    small_groups = settings.get("small_groups", "withhold")
    places = settings.get("rounding", {}).get("places", 2)
    mode = settings.get("rounding", {}).get("mode", "half-up")
    order = [group["key"] for group in definition["groups"]]

    total = result["accounting"]["total"]
    assert total["returned"] == len(ballots) == total["valid"] + total["spoiled"]
    assert total["issued"] == total["unused"] + total["returned"]

    # Every row is either shown or withheld, once.
    cells_withheld = [entry for entry in result["withheld"] if "question" not in entry]
    rows = [
        (one["ratee"], one["criterion"], one["row"], one["group"]) for one in result["cells"] + cells_withheld
    ]
    expected = []
    for ratee in definition["ratees"]:
        (section,) = [one for one in definition["sections"] if one["key"] == ratee["section"]]
        (entry,) = [one for one in result["ratees"] if one["ratee"] == ratee["key"]]
        groups = raters(definition, ratee)
        if small_groups == "merge":
            groups = list(
                dict.fromkeys(row[3] for row in rows if row[0] == ratee["key"] and row[2] == "group")
            )
            assert "+".join(sorted(groups, key=groups.index)) == "+".join(raters(definition, ratee))
        assert list(entry["scores"]) in (groups, [])
        for criterion in section["criteria"]:
            expected += [(ratee["key"], criterion["key"], "group", group) for group in groups]
            expected += [(ratee["key"], criterion["key"], row, None) for row in ("pooled", "weighted")]
    assert sorted(rows, key=str) == sorted(expected, key=str)
    assert rows[: len(result["cells"])] == [
        row for row in expected if row in set(rows[: len(result["cells"])])
    ]
    assert rows[len(result["cells"]) :] == [
        row for row in expected if row in set(rows[len(result["cells"]) :])
    ]

    for row in result["cells"]:
        if row["row"] != "weighted":
            assert row["answered"] == sum(row["counts"].values())
            if row["row"] == "pooled" or small_groups != "show":
                assert not 0 < row["answered"] < minimum
                assert not 0 < row["answered"] + row["abstained"] < minimum
        shown = [Decimal(share) for share in row["shares"].values() if share is not None]
        assert len(shown) in (0, len(row["shares"]))
        if mode == "sum-to-100" and shown and settings.get("missing_group") != "zero":
            assert sum(shown) == 100
        for text in [*row["shares"].values(), *row["rates"].values(), row["score"]]:
            assert text is None or len(text.partition(".")[2]) == places

    # The group rows of a cell add up to its pooled row.
    for pooled in (row for row in result["cells"] if row["row"] == "pooled"):
        parts = [
            row
            for row in result["cells"]
            if row["row"] == "group"
            and (row["ratee"], row["criterion"]) == (pooled["ratee"], pooled["criterion"])
        ]
        for name in ("answered", "abstained", "blank"):
            assert not parts or sum(row[name] for row in parts) == pooled[name]

    # Breakdown rows add up to the pooled row; what is withheld cannot be told from what is shown.
    for question in definition.get("questions", []):
        if not question.get("breakdown"):
            continue
        for pooled in (row for row in result["cells"] if row["row"] == "pooled"):
            cell_key = (question["key"], pooled["ratee"], pooled["criterion"])
            shown_rows = [
                row
                for row in result["breakdowns"]
                if (row["question"], row["ratee"], row["criterion"]) == cell_key
            ]
            away = [
                row
                for row in result["withheld"]
                if "option" in row and (row["question"], row["ratee"], row["criterion"]) == cell_key
            ]
            assert len(shown_rows) + len(away) == len(question["options"]) + 1
            rest = pooled["answered"] - sum(row["answered"] for row in shown_rows)
            if not away:
                assert rest == 0
            elif shown_rows:
                assert len(away) >= 2
                assert rest >= minimum

    ranked = [entry for entry in result["ratees"] if entry["rank"] is not None]
    assert bool(ranked) <= settings.get("rank", False)
    for one in ranked:
        for other in ranked:
            if one["section"] == other["section"]:
                assert (one["rank"] < other["rank"]) == (
                    Decimal(one["weighted"]) > Decimal(other["weighted"])
                )

    question_rows = result["questions"] + [
        entry for entry in result["withheld"] if "question" in entry and "option" not in entry
    ]
    for question in definition.get("questions", []):
        groups = [key for key in order if key in question.get("groups", order)]
        found = [row["group"] for row in question_rows if row["question"] == question["key"]]
        wanted = [] if question["kind"] == "text" else [*groups, None]
        assert sorted(found, key=str) == sorted(wanted, key=str)


def test_random_campaigns_meet_every_kind_of_withholding() -> None:
    kinds: dict[Any, int] = {}
    for seed in SEEDS:
        definition, ballots = random_campaign(seed)
        result = count(definition, ballots, {})
        met = {("option" in one, "question" in one, one["why"]) for one in result["withheld"]}
        keys = {group["key"] for group in definition["groups"]}
        met |= {"merged" for one in result["ratees"] if set(one["scores"]) - keys}
        met |= {"spoiled" for _ in range(min(1, result["accounting"]["total"]["spoiled"]))}
        returned = {ballot[0] for ballot in ballots}
        met |= {"empty group" for key in keys if key not in returned}
        for kind in met:
            kinds[kind] = kinds.get(kind, 0) + 1
    assert min(kinds.values()) >= 10
    assert len(kinds) == 8


def test_a_large_campaign_is_counted_in_time() -> None:
    criteria = [{"key": f"k{i}", "label": "项目"} for i in range(6)]
    definition = campaign(
        groups=MERGE,
        sections=[{"key": "f", "title": "表", "scale": "s", "criteria": criteria}],
        ratees=[{"key": f"r{i}", "section": "f", "name": "甲"} for i in range(20)],
        questions=[{**asked("choice", breakdown=True)[0], "key": key} for key in "xy"],
        rules={"blank": "abstain", "spoiled_if": ["all-blank", "all-same"]},
        results={"minimum_cell": 5, "small_groups": "merge"},
    )
    rng = random.Random(1)
    names = [f"r{i}.k{j}" for i in range(20) for j in range(6)]
    ballots = [
        (
            "ABC"[i % 3],
            {
                "q.x": rng.choice("123"),
                "q.y": rng.choice("123"),
                **{name: rng.choice("aabc-") for name in names},
            },
        )
        for i in range(300)
    ]
    started = time.process_time()
    count(definition, ballots, {})
    assert time.process_time() - started < 3
