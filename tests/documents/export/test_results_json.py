"""Results as JSON, to the letter of the interface."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from survey.documents.export.exporting import export
from survey.documents.export.results_json import results_json
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import disclose
from survey.domain.count.results import Results, work_out
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import State
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition

AGE = {
    "key": "age",
    "label": "年龄",
    "kind": "choice",
    "options": [{"key": "young", "label": "青"}, {"key": "old", "label": "老"}],
    "breakdown": True,
}
PLANS = {
    "key": "plans",
    "label": "问题",
    "kind": "choices",
    "options": [{"key": "x", "label": "x"}, {"key": "y", "label": "y"}],
    "base": "valid",
    "groups": ["A"],
}
TEXT = {"key": "words", "label": "建议", "kind": "text"}
RATE = {"scale": "cadre", "key": "good-rate", "label": "优秀率", "grades": ["excellent"]}


def results(votes: dict[str, list[dict[str, str]]], **tables: Any) -> Results:
    data = a_definition(ratees=("c1", "c2"), criteria=("de",), rates=[RATE], **tables)
    definition = read_definition(data)
    packing = Packing(definition)
    tally = Tally(definition)
    accounts = {}
    for group in packing.form:
        for fields in votes.get(group, []):
            form = packing.form[group]
            tally.add(form, form.check({name: [value] for name, value in fields.items()}))
        returned = len(votes.get(group, []))
        accounts[group] = GroupAccount(20, 1, returned, tally.valid[group], tally.spoiled[group], 0)
    return work_out(definition, disclose(definition, tally, Accounting.of(accounts)))


def shown(votes: dict[str, list[dict[str, str]]], **tables: Any) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(json.dumps(results_json(results(votes, **tables), "counted")))
    return value


NINE = {"A": [{"c1.de": "excellent"}] * 6 + [{"c1.de": "competent"}] * 3, "B": [{"c1.de": "poor"}] * 5}


def test_the_keys_at_the_top() -> None:
    made = shown(NINE)
    assert list(made) == [
        "format",
        "campaign",
        "state",
        "definition",
        "accounting",
        "cells",
        "ratees",
        "questions",
        "breakdowns",
        "withheld",
    ]
    assert (made["format"], made["campaign"], made["state"]) == (1, "small", "counted")
    assert re.fullmatch("sha256:[0-9a-f]{64}", made["definition"])


def test_accounting() -> None:
    made = shown(NINE)["accounting"]
    names = ["present", "issued", "voided", "unused", "returned", "valid", "spoiled", "unreadable"]
    assert list(made["groups"][0]) == ["group", *names]
    assert list(made["total"]) == names
    assert made["total"] == dict(zip(names, [None, 40, 2, 24, 14, 14, 0, 0], strict=True))


def test_a_cell_with_its_rows() -> None:
    a, b, pooled, weighted = [cell for cell in shown(NINE)["cells"] if cell["ratee"] == "c1"]
    assert a == {
        "ratee": "c1",
        "criterion": "de",
        "row": "group",
        "group": "A",
        "answered": 9,
        "abstained": 0,
        "counts": {"excellent": 6, "competent": 3, "poor": 0},
        "blank": 0,
        "shares": {"excellent": "66.67", "competent": "33.33", "poor": "0.00"},
        "rates": {"good-rate": "66.67"},
        "score": "93.33",
    }
    assert (b["row"], b["group"], b["score"]) == ("group", "B", "40.00")
    assert (pooled["row"], pooled["group"], pooled["answered"]) == ("pooled", None, 14)
    assert weighted == {
        "ratee": "c1",
        "criterion": "de",
        "row": "weighted",
        "group": None,
        "shares": {"excellent": "33.33", "competent": "16.67", "poor": "50.00"},
        "rates": {"good-rate": "33.33"},
        "score": "66.67",
    }


def test_a_cell_that_nobody_answered() -> None:
    made = shown(NINE)
    rows = [cell for cell in made["cells"] if cell["ratee"] == "c2"]
    assert [row["row"] for row in rows] == ["group", "group", "pooled", "weighted"]
    for row in rows:
        assert set(row["shares"]) == {"excellent", "competent", "poor"}
        assert set(row["shares"].values()) == {None}
        assert row["rates"] == {"good-rate": None}
        assert row["score"] is None
    assert made["ratees"][1] == {
        "ratee": "c2",
        "section": "form",
        "scores": {"A": None, "B": None},
        "pooled": None,
        "weighted": None,
        "band": None,
        "rank": None,
    }


@pytest.mark.parametrize(("treat", "key"), [("exclude", False), ("denominator", True), ("zero", True)])
def test_the_share_of_abstentions(treat: str, key: bool) -> None:
    scales = a_definition()["scales"]
    scales[0]["abstain"]["treat"] = treat
    votes = {"A": [{"c1.de": "excellent"}] * 5 + [{"c1.de": "-"}] * 5}
    pooled = next(cell for cell in shown(votes, scales=scales)["cells"] if cell["row"] == "pooled")
    assert ("-" in pooled["shares"]) is key
    assert pooled["abstained"] == 5
    assert pooled["score"] == ("50.00" if treat == "zero" else "100.00")
    assert "-" not in pooled["counts"]


@pytest.mark.parametrize("places", range(5))
def test_rounded_numbers_have_exactly_their_places(places: int) -> None:
    made = shown(NINE, results={"rounding": {"places": places}})
    pattern = r"\d+" + (rf"\.\d{{{places}}}" if places else "")
    values = [cell["score"] for cell in made["cells"]] + [r["pooled"] for r in made["ratees"]]
    values += [share for cell in made["cells"] for share in cell["shares"].values()]
    values += [score for ratee in made["ratees"] for score in ratee["scores"].values()]
    known = [value for value in values if value is not None]
    assert len(known) > 10
    assert all(re.fullmatch(pattern, value) for value in known)


def test_questions_and_breakdowns() -> None:
    votes = {
        "A": [{"c1.de": "excellent", "q.age": "young", "q.plans": "x"}] * 6 + [{"c1.de": "poor"}] * 6,
        "B": [{"c1.de": "competent", "q.age": "old"}] * 5,
    }
    made = shown(votes, questions=[AGE, PLANS, TEXT])
    assert [(row["question"], row["row"], row["group"]) for row in made["questions"]] == [
        ("age", "group", "A"),
        ("age", "group", "B"),
        ("age", "pooled", None),
        ("plans", "group", "A"),
        ("plans", "pooled", None),
    ]
    assert made["questions"][3] == {
        "question": "plans",
        "row": "group",
        "group": "A",
        "valid": 12,
        "answered": 6,
        "counts": {"x": 6, "y": 0},
        "shares": {"x": "50.00", "y": "0.00"},
    }
    first = made["breakdowns"][0]
    assert list(first) == [
        "question",
        "option",
        "ratee",
        "criterion",
        "answered",
        "abstained",
        "counts",
        "shares",
        "rates",
        "score",
    ]
    assert [row["option"] for row in made["breakdowns"]][:3] == ["young", "old", "-"]
    assert made["withheld"] == []


def test_what_is_withheld_is_listed_singly_and_in_order() -> None:
    votes = {
        "A": [{"c1.de": "excellent", "q.age": "young", "q.plans": "x"}] * 6 + [{"c2.de": "poor"}],
        "B": [{"c1.de": "poor", "q.age": "old"}] * 2,
    }
    made = shown(votes, questions=[AGE, PLANS])
    small_group, small_cell = {"why": "small-group"}, {"why": "small-cell"}
    cell = {"ratee": "c1", "criterion": "de"}
    other = {"ratee": "c2", "criterion": "de"}
    assert made["withheld"][:10] == [
        {**cell, "row": "group", "group": "A", **small_group},
        {**cell, "row": "group", "group": "B", **small_group},
        {**cell, "row": "weighted", "group": None, **small_group},
        {**other, "row": "group", "group": "A", **small_cell},
        {**other, "row": "group", "group": "B", **small_cell},
        {**other, "row": "pooled", "group": None, **small_cell},
        {**other, "row": "weighted", "group": None, **small_cell},
        {"question": "age", "row": "group", "group": "A", **small_group},
        {"question": "age", "row": "group", "group": "B", **small_group},
        {"question": "age", "option": "young", **cell, **small_cell},
    ]
    assert all(entry["option"] for entry in made["withheld"][9:])
    assert [group["valid"] for group in made["accounting"]["groups"]] == [None, None]


def test_merged_rows_and_scores() -> None:
    votes = {"A": [{"c1.de": "excellent"}] * 6, "B": [{"c1.de": "poor"}] * 2}
    made = shown(votes, results={"small_groups": "merge"})
    assert [cell["group"] for cell in made["cells"]][:3] == ["A+B", None, None]
    assert made["ratees"][0]["scores"] == {"A+B": "85.00"}
    # Merging is by ratee: nobody of either group answered for c2.
    assert list(made["ratees"][1]["scores"]) == ["A", "B"]


def test_the_file_is_the_value() -> None:
    found = results(NINE)
    content = export("json", found, State.CERTIFIED, "sha256:0")
    assert json.loads(content, parse_float=Decimal) == json.loads(
        json.dumps(results_json(found, "certified"))
    )
    assert content.endswith(b"\n")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "docx", "pdf"])
def test_every_format_has_content(kind: str) -> None:
    starts = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF-"}
    content = export(kind, results(NINE), State.CERTIFIED, "sha256:0")
    assert content.startswith(starts[kind])
    assert len(content) > 500


def test_no_such_format() -> None:
    with pytest.raises(ValueError, match="odt"):
        export("odt", results(NINE), State.CERTIFIED, "sha256:0")
