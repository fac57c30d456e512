"""No grade of a small group or of a small breakdown row is on the disk: not counted, certified, shredded."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey.config import Settings
from survey.domain.count import kept_texts
from survey.domain.count.disclosure import CellRows
from survey.domain.count.tally import Counts
from survey.domain.definition.canonical import canonical_json
from survey.services.campaigns import procedure
from survey.services.count import counting
from survey.storage.database import db
from survey.storage.tables import CountRow
from tests.builders import BY, a_definition, cast, close, count, running_campaign

from .bytes_on_disk import found_in
from .places import Places
from .polls import certify, quick_app

MINIMUM = 5
SMALL = (1, 2, 3, 4)
CELLS = [f"{ratee}.{criterion}" for ratee in ("c1", "c2") for criterion in ("de", "neng")]
GRADES = ("excellent", "competent", "poor")

Row = list[Any]


@pytest.fixture
def places(each_settings: Settings, database: str, request: pytest.FixtureRequest) -> Places:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    return Places(each_settings, server)


def _definition(code: str, rule: str, **more: Any) -> dict[str, Any]:
    return a_definition(
        campaign={"code": code, "title": "小型测评", "organiser": "考核组"},
        ratees=("c1", "c2"),
        results={"minimum_cell": MINIMUM, "small_groups": rule},
        **more,
    )


def _age() -> dict[str, Any]:
    options = [{"key": key, "label": key} for key in ("young", "middle", "old")]
    return {"key": "age", "label": "年龄", "kind": "choice", "breakdown": True, "options": options}


def _voted(app: Flask, data: dict[str, Any], small: int) -> str:
    """Let twelve people of group A vote and ``small`` of B, and as many choose ``young``."""
    running = running_campaign(app, data, 12)
    voters = [*running.codes["A"], *running.codes["B"][:small]]
    for place, code in enumerate(voters):
        ballot = {cell: GRADES[(place + shift) % 3] for shift, cell in enumerate(CELLS)}
        if data.get("questions"):
            # Those of the small group are not those of the small row.
            ballot["q.age"] = "young" if place < small else ("middle", "old")[place % 2]
        cast(app, code, ballot)
    return running.code


def _true_rows(small: int, tag: str) -> dict[str, bytes]:
    """Return the small rows of each cell as the record would hold them, were they kept."""
    places = range(12, 12 + small) if tag == "B" else range(small)
    found = {}
    for shift, cell in enumerate(CELLS):
        grades = [sum((place + shift) % 3 == grade for place in places) for grade in range(3)]
        row = [["B"], grades, 0, 0] if tag == "B" else ["young", [grades, 0, 0]]
        found[f"{tag} in {cell}"] = canonical_json(row).encode()
    return found


def _record(code: str) -> dict[str, Any]:
    with db.engine.connect() as connection:
        rows = connection.execute(select(CountRow.record)).scalars().all()
    assert len(rows) == 1, code
    found: dict[str, Any] = json.loads(rows[0])
    return found


def _after_counting(app: Flask, settings: Settings, code: str) -> Iterator[str]:
    close(app, code)
    count(app, code)
    yield "counted"
    certify(code)
    yield "certified"
    procedure.shred(code, settings.keys, BY)
    yield "shredded"


@pytest.mark.parametrize(("rule", "small"), list(product(("withhold", "merge"), SMALL)))
def test_no_grade_of_a_small_row_is_written(
    each_settings: Settings, places: Places, rule: str, small: int
) -> None:
    needles = _true_rows(small, "B") | _true_rows(small, "young")
    with quick_app(each_settings) as app:
        code = _voted(app, _definition("tiny", rule, questions=[_age()]), small)
        for state in _after_counting(app, each_settings, code):
            assert found_in(places.instance_files(), needles) == set(), state
            assert [name for name, needle in needles.items() if needle in places.live_values()] == [], state
        record = _record(code)
    assert _group_rows(record) == ([] if rule == "withhold" else [["A", "B"]] * len(CELLS))
    for *_, rows in record["breakdowns"]:
        assert dict(rows)["young"] is None
        assert _hidden_together(record, rows) >= MINIMUM


def _group_rows(record: dict[str, Any]) -> list[Row]:
    return [row[0] for *_, groups, _pooled in record["cells"] for row in groups or ()]


def _hidden_together(record: dict[str, Any], rows: list[Row]) -> int:
    """Return how many answers remain when the rows shown are taken from the pooled one."""
    pooled = sum(record["cells"][0][-1][0])
    shown = [row for _, row in rows if row is not None]
    assert len(rows) - len(shown) >= 2
    return int(pooled - sum(sum(grades) for grades, _, _ in shown))


def test_control_rows_kept_without_disclosure_are_found(
    each_settings: Settings, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    disclose = counting.disclose

    def undisclosed(definition: Any, tally: Any, accounting: Any, late: Any) -> Any:
        kept = disclose(definition, tally, accounting, late)
        for key in kept.cells:
            rows = {(group,): tally.cells(group)[key] for group in ("A", "B")}
            kept.cells[key] = CellRows(rows, sum(rows.values(), start=Counts((0, 0, 0), 0, 0)))
            kept.breakdowns[*key, "age"]["young"] = tally.split("age", "young")[key]
        return kept

    monkeypatch.setattr(counting, "disclose", undisclosed)
    needles = _true_rows(2, "B") | _true_rows(2, "young")
    with quick_app(each_settings) as app:
        code = _voted(app, _definition("tiny", "withhold", questions=[_age()]), 2)
        for state in _after_counting(app, each_settings, code):
            missed = {name for name, needle in needles.items() if needle not in places.live_values()}
            assert missed == set(), state


# Texts: a reason says which grade was given, and what few could write says who wrote it


def _with_texts(rule: str) -> dict[str, Any]:
    """Only B, of three, may rate c2, fill in the form of c3, and answer the question."""
    data = _definition("tiny", rule, questions=[{"key": "t", "label": "t", "kind": "text", "groups": ["B"]}])
    data["scales"][0]["grades"][2]["reason"] = "required"
    data["ratees"][1]["groups"] = ["B"]
    data["sections"].append(data["sections"][0] | {"key": "own", "comment": True, "groups": ["B"]})
    data["ratees"].append({"key": "c3", "section": "own", "name": "c3"})
    return data


def _texts_written(app: Flask, rule: str) -> tuple[str, dict[str, bytes]]:
    """Let two of three give c2 and c3 the grade that asks for a reason; return what they wrote."""
    running = running_campaign(app, _with_texts(rule), 12)
    for place, code in enumerate(running.codes["A"]):
        shown = {"c1.de": "poor", "c1.de.reason": f"shown-{place}"} if place < 2 else {"c1.de": "competent"}
        cast(app, code, shown)
    needles: dict[str, bytes] = {}
    for place, code in enumerate(running.codes["B"][:3]):
        fields = {"own.comment": f"comment-{place}", "q.t": f"answer-{place}"}
        for ratee in ("c2", "c3"):
            fields |= {f"{ratee}.de": "poor" if place < 2 else "competent"}
            fields |= {f"{ratee}.de.reason": f"reason-{ratee}-{place}"} if place < 2 else {}
        needles |= {text: text.encode() for text in fields.values() if "-" in text}
        cast(app, code, {"c1.de": "competent", **fields})
    return running.code, needles


@pytest.mark.parametrize("rule", ["withhold", "merge", "show"])
def test_no_text_that_gives_few_away_is_written(each_settings: Settings, places: Places, rule: str) -> None:
    with quick_app(each_settings) as app:
        code, needles = _texts_written(app, rule)
        assert len(needles) == 10
        # Those on c1, which is shown, go too: c2 is the only one of the form that is withheld.
        needles["shown"] = b"shown-0"
        for state in _after_counting(app, each_settings, code):
            assert found_in(places.instance_files(), needles) == set(), state
            assert [name for name, needle in needles.items() if needle in places.live_values()] == [], state


def test_what_is_said_of_them_is_the_same_whatever_few_people_did(each_settings: Settings) -> None:
    """Two reasons, three or none, with comments or without: log, certificate and tables say one thing."""
    said = set()
    for number in range(4):
        with quick_app(each_settings) as app:
            data = _with_texts("withhold")
            data["campaign"]["code"] = f"tiny{number}"
            running = running_campaign(app, data, 12)
            for place, voter in enumerate(running.codes["A"]):
                cast(
                    app,
                    voter,
                    {"c1.de": "poor", "c1.de.reason": "x"} if place < 2 else {"c1.de": "competent"},
                )
            for place, voter in enumerate(running.codes["B"][:3]):
                poor = {"c2.de": "poor", "c2.de.reason": "x", "own.comment": "x"}
                cast(
                    app, voter, {"c1.de": "competent", **(poor if place < number else {"c2.de": "excellent"})}
                )
            close(app, running.code)
            counted = count(app, running.code)
            said.add(counted.notes)
    assert len(said) == 1
    ((note,),) = said
    assert note.startswith("texts not kept, since they could give few people away: 2; whether there are more")


def test_control_texts_kept_by_the_rule_before_are_found(
    each_settings: Settings, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_texts, "which_stay", lambda held, minimum, raters: (True, True))
    monkeypatch.setattr(kept_texts._Voted, "are_many", lambda self, groups: True)
    monkeypatch.setattr(kept_texts._Voted, "many_rated", lambda self, section: True)
    with quick_app(each_settings) as app:
        code, needles = _texts_written(app, "withhold")
        for state in _after_counting(app, each_settings, code):
            assert {
                name for name, needle in needles.items() if needle not in places.live_values()
            } == set(), state


def _all_spoiled(app: Flask) -> str:
    """One person in B, who ticks the first grade everywhere: spoiled, so all of the ballot is known."""
    data = _definition("tiny", "withhold", rules={"spoiled_if": ["all-top"]})
    running = running_campaign(app, data, 12)
    for place, code in enumerate(running.codes["A"]):
        cast(app, code, {cell: GRADES[(place + shift) % 3] for shift, cell in enumerate(CELLS)})
    cast(app, running.codes["B"][0], dict.fromkeys(CELLS, "excellent"))
    return running.code


def _others_ratee(app: Flask) -> str:
    """The same with a ratee whom only A may rate: its pooled row tells how many of A are valid."""
    data = _definition("tiny", "withhold", rules={"spoiled_if": ["all-top"]})
    data["ratees"][1]["groups"] = ["A"]
    running = running_campaign(app, data, 12)
    for place, code in enumerate(running.codes["A"]):
        cast(app, code, {cell: GRADES[(place + shift) % 3] for shift, cell in enumerate(CELLS)})
    for place, code in enumerate(running.codes["B"][:2]):
        cast(app, code, dict.fromkeys(CELLS[:2], ("excellent", "poor")[place]))
    return running.code


def _all_blank(app: Flask) -> str:
    """Three people in B who leave everything blank: what each of them did is known."""
    running = running_campaign(app, _definition("tiny", "withhold"), 12)
    for place, code in enumerate(running.codes["A"]):
        cast(app, code, {cell: GRADES[(place + shift) % 3] for shift, cell in enumerate(CELLS)})
    for code in running.codes["B"][:3]:
        cast(app, code, {})
    return running.code


def _valid_ballots_told(record: dict[str, Any], ratees: dict[str, set[str]]) -> dict[frozenset[str], int]:
    """Work out of which sets of rater groups a record tells the number of valid ballots."""
    told = {frozenset(("A", "B")): record["accounting"]["total"][3]}
    for ratee, _, _, groups, pooled in record["cells"]:
        for row in groups or ():
            told[frozenset(row[0])] = sum(row[1]) + row[2] + row[3]
        if pooled:
            told[frozenset(ratees[ratee])] = sum(pooled[0]) + pooled[1] + pooled[2]
    for (larger, number), (smaller, part) in product(list(told.items()), repeat=2):
        if smaller < larger:
            told[larger - smaller] = number - part
    return told


@pytest.mark.parametrize("votes", [_all_spoiled, _others_ratee, _all_blank])
def test_what_the_counting_rules_leave_open(settings: Settings, votes: Any) -> None:
    """Rows are small by answers, not by people: how many of a small group are valid can be worked out.

    docs/secrecy.md says so. Should the rules change, this test turns red and that page must follow.
    """
    with quick_app(settings) as app:
        code = votes(app)
        close(app, code)
        count(app, code)
        record = _record(code)
    assert [account[4] for account in record["accounting"]["groups"]] == [None, None]
    ratees = {"c1": {"A", "B"}, "c2": {"A"} if votes is _others_ratee else {"A", "B"}}
    assert frozenset("B") in _valid_ballots_told(record, ratees)
