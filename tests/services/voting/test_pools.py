"""Units that rate each other, from codes to results: codes by unit, everything counted by pool."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from survey.documents.export.results_json import results_json
from survey.domain.count.results import work_out
from survey.domain.errors import InvalidBallot, NeedsSecondPerson, UnknownGroup
from survey.domain.publication.turnout_disclosure import ShownTurnout
from survey.services.audit import audit
from survey.services.campaigns import campaigns
from survey.services.count import certificate
from survey.services.results import reporting
from survey.services.voting import casting, late_codes, tokens, turnout
from survey.storage import token_rows
from survey.storage.database import transaction
from survey.web.context import vault
from survey.web.voter.padding import fixed_size
from tests.builders import (
    BY,
    Running,
    a_mutual_definition,
    cast,
    close,
    count,
    mutual_example,
    running_campaign,
)
from tests.oracle.count import count as by_hand

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
GRADES = ("good", "fair", "plain", "poor", "-", "")


@pytest.fixture
def matrix(app: Flask) -> Iterator[Running]:
    running = running_campaign(app, mutual_example())
    with app.app_context():
        yield running


def filled(running: Running, unit: str, rng: random.Random) -> dict[str, str]:
    return {line.name: rng.choice(GRADES) for line in running.definition.lines_of[unit]}


def shown(code: str) -> ShownTurnout:
    with transaction() as session:
        return turnout.shown_turnout(session, campaigns.find_campaign(session, code))


def test_thirty_one_units_are_counted_in_two_rows(app: Flask, matrix: Running) -> None:
    """No row mixes cities and departments, and every one of the 31 units has its rows."""
    rng = random.Random(21)
    ballots: list[tuple[str, dict[str, Any]]] = []
    for unit, (code,) in matrix.codes.items():
        if unit not in ("c07", "d13"):
            ballots.append((unit, filled(matrix, unit, rng)))
            cast(app, code, dict(ballots[-1][1]))
    close(app, "matrix")
    found = results_json(work_out(matrix.definition, count(app, "matrix").count), "counted")
    planned = dict.fromkeys(matrix.codes, 1)
    wanted = by_hand(mutual_example(), ballots, planned)
    for part, value in wanted.items():
        assert json.loads(json.dumps(found[part])) == value, part
    rows = [(row["ratee"], row["row"], row["group"]) for row in found["cells"]]
    assert {group for _, row, group in rows if row == "group"} == {"cities", "departments"}
    assert len({ratee for ratee, row, _ in rows if row == "weighted"}) == 31
    assert found["withheld"] == []
    assert all(one["rank"] for one in found["ratees"])
    accounts = {one["group"]: one for one in found["accounting"]["groups"]}
    assert {key: (one["issued"], one["returned"], one["valid"]) for key, one in accounts.items()} == {
        "cities": (11, 10, 10),
        "departments": (20, 19, 19),
    }


def test_a_unit_can_send_nothing_about_itself(app: Flask, matrix: Running) -> None:
    (code,) = matrix.codes["d04"]
    for name in ("r-d04.all", "r-c01.no"):
        with pytest.raises(InvalidBallot) as refused:
            cast(app, code, {name: "good"})
        assert refused.value.fields[name].kind == "unknown"
    (city,) = matrix.codes["c01"]
    with pytest.raises(InvalidBallot):
        cast(app, city, {"r-c02.all": "good"})
    assert cast(app, code, {"r-c01.all": "good"})


def test_every_request_of_a_pool_is_equally_long(matrix: Running) -> None:
    sizes = {}
    for unit in matrix.codes:
        sizes.setdefault(unit[0], set()).add(fixed_size(casting.form_of(matrix.definition, unit)))
    assert [len(found) for found in sizes.values()] == [1, 1]


def test_turnout_is_by_pool(app: Flask, matrix: Running) -> None:
    """While voting runs a pool of fewer than 20 codes stands in the total only; no unit ever does."""
    for unit in ("c01", "c02", "d01"):
        cast(app, matrix.codes[unit][0], {})
    running = shown("matrix")
    assert set(running.groups) == {"cities", "departments"}
    assert running.hidden == ("cities",)
    with transaction() as session:
        campaign = campaigns.find_campaign(session, "matrix")
        assert token_rows.code_numbers(session, campaign) == {"cities": [11, 0, 2], "departments": [20, 0, 1]}
    close(app, "matrix")
    closed = shown("matrix")
    assert {key: one and one.returned for key, one in closed.groups.items()} == {
        "cities": 2,
        "departments": 1,
    }
    with transaction() as session:
        (facts,) = (
            facts for entry, facts in audit.current_history(session, "matrix") if entry.act == "close"
        )
    assert facts["codes"] == {"cities": [11, 0, 2], "departments": [20, 0, 1]}


def test_codes_are_issued_and_voided_by_unit_and_named_by_pool(app: Flask, matrix: Running) -> None:
    with transaction(write=True) as session:
        lost = tokens.void(session, vault(), "matrix", matrix.codes["c03"], BY)
        assert lost.groups == {"c03": 1}
        again = tokens.issue(session, vault(), "matrix", {"c03": 1}, BY)
        assert [group for group, _ in again.tokens] == ["c03"]
        with pytest.raises(UnknownGroup, match="no rater group"):
            tokens.issue(session, vault(), "matrix", {"cities": 1}, BY)
    for unit, (code,) in matrix.codes.items():
        if unit != "c03":
            cast(app, code, {})
    close(app, "matrix")
    count(app, "matrix")
    with transaction() as session:
        found = certificate.gather(session, campaigns.find_campaign(session, "matrix"))
    assert [label for label, _ in found.accounts] == ["各市票", "省直单位票"]
    assert [dict(moved.groups) for moved in found.moved] == [
        {"各市票": 11, "省直单位票": 20},
        {"各市票": 1},
        {"各市票": 1},
    ]


def test_persons_present_are_noted_by_pool(matrix: Running) -> None:
    with transaction(write=True) as session:
        campaigns.set_present(session, "matrix", "cities", 11, BY)
        with pytest.raises(UnknownGroup, match="c01 is counted in the pool cities; name that"):
            campaigns.set_present(session, "matrix", "c01", 1, BY)


def test_late_codes_are_judged_by_pool(app: Flask) -> None:
    """A pool of which twice the minimum rate each unit is no small group, whatever one of its units is."""
    data = a_mutual_definition(9, 3)
    data["results"]["minimum_cell"] = 4
    running_campaign(app, data)
    with app.app_context(), transaction(write=True) as session:
        assert late_codes.small_among(session, campaigns.find_campaign(session, "small"), ["a1", "b1"]) == {
            "b": 2
        }
        tokens.issue(session, vault(), "small", {"a1": 1, "b1": 1, "b2": 1}, BY)
        late = late_codes.read_opening(session, campaigns.find_campaign(session, "small")).late
        assert [(one.group, one.number) for one in late] == [("b", 2)]
        assert tokens.wanted(session, "small", {"a2": 1}) == {"a2": 1}
        with pytest.raises(NeedsSecondPerson) as refused:
            tokens.wanted(session, "small", {"b3": 1})
        assert refused.value.groups == ("b",)


def test_late_codes_of_a_pool_are_late_where_its_own_rows_are_small(app: Flask) -> None:
    """Eight units of one code each: nobody has more than seven raters, fewer than twice the minimum."""
    data = a_mutual_definition(8)
    data["results"]["minimum_cell"] = 4
    running_campaign(app, data)
    with app.app_context(), transaction(write=True) as session:
        assert tokens.issue(session, vault(), "small", {"a1": 3}, BY).late == {"a": 7}


def test_what_one_code_alone_may_rate_stays_hidden_behind_late_ones(app: Flask) -> None:
    """Twenty of a pool may not rate the ratee: the late codes of the one who may would uncover its ballot."""
    data = a_mutual_definition(2)
    data["groups"][1]["issue"] = 20
    data["results"]["minimum_cell"] = 5
    running = running_campaign(app, data)
    (victim,) = running.codes["a1"]
    with app.app_context(), transaction(write=True) as session:
        with pytest.raises(NeedsSecondPerson):
            tokens.wanted(session, "small", {"a1": 4})
        issued = tokens.issue(session, vault(), "small", {"a1": 4}, BY)
        assert issued.late == {"a": 1}
    cast(app, victim, {"r-a2.all": "poor"})
    for _group, code in issued.tokens:
        cast(app, code, {"r-a2.all": "excellent"})
    for code in running.codes["a2"]:
        cast(app, code, {"r-a1.all": "competent"})
    close(app, "small")
    counted = count(app, "small").count
    assert counted.cells["r-a2", "all"].groups is None
    assert counted.cells["r-a2", "all"].pooled is None
    assert counted.cells["r-a1", "all"].groups is not None
    with app.app_context(), transaction() as session:
        (moved,) = (
            one
            for one in certificate.gather(session, campaigns.find_campaign(session, "small")).moved
            if one.late or one.late_pools
        )
    assert (moved.late, moved.late_pools) == ((), (("a类票", 1),))


def test_text_of_few_raters_is_left_out_though_the_pool_is_larger(app: Flask) -> None:
    """A comment on a form of one unit alone is by all of its pool but itself."""
    data = a_mutual_definition(3)
    section = data["sections"][0]
    data["sections"].append({**section, "key": "alone", "title": "甲表", "comment": True})
    data["ratees"].append({"key": "only", "section": "alone", "name": "a1", "except": ["a1"]})
    running = running_campaign(app, data)
    for unit, (code,) in running.codes.items():
        fields = {line.name: "competent" for line in running.definition.lines_of[unit]}
        cast(app, code, fields | ({"alone.comment": "意见"} if unit != "a1" else {}))
    close(app, "small")
    counted = count(app, "small")
    assert counted.left_out.fields == (("comment", "section:alone"),)


def test_a_unit_that_rates_nobody_hands_in_a_valid_ballot(app: Flask) -> None:
    """With questions asked of all: were its ballot spoiled, the accounts would name it."""
    data = a_mutual_definition(6, rules={"blank": "require", "spoiled_if": ["all-blank"]})
    options = [{"key": key, "label": key} for key in "yn"]
    data["questions"] = [{"key": "q1", "label": "评价", "kind": "choice", "options": options}]
    for ratee in data["ratees"]:
        ratee["except"] = sorted({*ratee["except"], "a1"})
    running = running_campaign(app, data)
    for unit, (code,) in running.codes.items():
        cast(app, code, {line.name: "poor" for line in running.definition.lines_of[unit]} | {"q.q1": "y"})
    close(app, "small")
    total = count(app, "small").count.accounting.total
    assert (total.valid, total.spoiled) == (6, 0)


def test_tables_say_whose_ballots_are_in_their_numbers(app: Flask, matrix: Running) -> None:
    """A department's own row has one ballot fewer than its pool: the notes may not say that it has all."""
    for unit, (code,) in matrix.codes.items():
        cast(app, code, {line.name: "good" for line in matrix.definition.lines_of[unit]})
    close(app, "matrix")
    count(app, "matrix")
    with transaction() as session:
        report = reporting.report(session, "matrix").report()
    own = next("".join(sheet.notes) for sheet in report.sheets if sheet.key == "r-d01")
    assert "含不评该对象的单位（如本单位）的票" in own
    said = "".join(note for sheet in report.sheets for note in sheet.notes)
    assert "评该对象的有效票数（不含不评它的单位的票）" in said
    assert "有效票数（评该对象的票种）" not in said
    adds_up = "不都评同一对象（如不评本单位）"
    (accounts,) = (sheet for sheet in report.sheets if any("发出票数 = " in note for note in sheet.notes))
    assert adds_up in "".join(accounts.notes)
    assert adds_up in "".join(note for table in report.tables for note in table.notes)
