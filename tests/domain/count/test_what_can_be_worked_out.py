"""An exhaustive solver for tiny campaigns: nothing withheld can be worked out from all that is published.

A reader of the results knows how many ballots each group returned. For every way in which a few voters can
vote, the results are published; two ways with the same results cannot be told apart. What all of them have
in common is what a reader can work out. The one thing that no rule can hide is unanimity: where all who
gave a grade gave the same one, the result itself shows what each of them gave, and the ballot page says so.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from survey.documents.export.results_json import results_json
from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import disclose
from survey.domain.count.results import work_out
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Definition
from tests.builders import built

Ways = tuple[int, ...]
"""How many voters did each thing they can do."""
ABSTAIN = {"exclude": {"label": "弃权"}, "zero": {"label": "弃权", "treat": "zero"}, "none": None}


def definition(minimum: int, small_groups: str, abstain: Any = None, **more: Any) -> Definition:
    scale: dict[str, Any] = {
        "key": "cadre",
        "grades": [{"key": "g", "label": "g", "points": 100}, {"key": "h", "label": "h", "points": 0}],
    }
    if abstain:
        scale["abstain"] = abstain
    results = {"minimum_cell": minimum, "small_groups": small_groups}
    return built(ratees=("c",), criteria=("k",), scales=[scale], results=results, **more)


def ways(voters: int, acts: int) -> Iterator[Ways]:
    """List all ways to spread some voters over some acts."""
    if acts == 1:
        yield (voters,)
        return
    for first in range(voters + 1):
        for rest in ways(voters - first, acts - 1):
            yield (first, *rest)


def published(definition: Definition, groups: dict[str, list[Ballot]]) -> str:
    packing = Packing(definition)
    tally = Tally(definition)
    for ballots in groups.values():
        for ballot in ballots:
            tally.add(packing.form[ballot.group], ballot)
    accounts = {
        group: GroupAccount(9, 0, len(ballots), tally.valid[group], tally.spoiled[group], 0)
        for group, ballots in groups.items()
    }
    count = disclose(definition, tally, Accounting.of(accounts))
    return json.dumps(results_json(work_out(definition, count), "counted"))


def is_small(row: Ways, minimum: int) -> bool:
    """Judge a row of two grades, abstentions and blanks."""
    answered, marked = row[0] + row[1], row[0] + row[1] + row[2]
    return 0 < answered < minimum or 0 < marked < minimum


def worlds_by_result(definition: Definition, sizes: tuple[int, int]) -> dict[str, list[tuple[Ways, Ways]]]:
    can_abstain = definition.scales[0].abstain is not None
    found: dict[str, list[tuple[Ways, Ways]]] = defaultdict(list)
    spreads = [[way for way in ways(size, 4) if can_abstain or not way[2]] for size in sizes]
    for world in product(*spreads):
        groups = {
            group: [
                Ballot(group, "", (position,))
                for position, number in zip((1, 2, 3, 0), way, strict=True)
                for _ in range(number)
            ]
            for group, way in zip("AB", world, strict=True)
        }
        found[published(definition, groups)].append((world[0], world[1]))
    return found


def given_away(found: dict[str, list[tuple[Ways, Ways]]], minimum: int) -> list[tuple[Ways, Ways]]:
    """List the worlds in which a small group's row is known though the grades given differ."""
    bad = []
    for worlds in found.values():
        for place in (0, 1):
            rows = {world[place] for world in worlds}
            pooled = [a + b for a, b in zip(*worlds[0], strict=True)]
            if len(rows) == 1 and is_small(rows.pop(), minimum) and pooled[0] and pooled[1]:
                bad.append(worlds[0])
    return bad


@pytest.mark.parametrize("abstain", ABSTAIN)
@pytest.mark.parametrize(
    ("minimum", "sizes"), [(2, (3, 1)), (2, (3, 2)), (3, (4, 1)), (3, (3, 2)), (3, (3, 3))]
)
def test_no_small_group_can_be_worked_out(minimum: int, sizes: tuple[int, int], abstain: str) -> None:
    found = worlds_by_result(definition(minimum, "withhold", ABSTAIN[abstain]), sizes)
    assert given_away(found, minimum) == []


def test_the_solver_finds_what_show_gives_away() -> None:
    assert given_away(worlds_by_result(definition(2, "show"), (3, 1)), 2)


@pytest.mark.parametrize(("minimum", "sizes"), [(2, (3, 1)), (3, (3, 2))])
def test_merged_groups_give_nothing_away(minimum: int, sizes: tuple[int, int]) -> None:
    found = worlds_by_result(definition(minimum, "merge", ABSTAIN["exclude"]), sizes)
    assert given_away(found, minimum) == []


@pytest.mark.parametrize("sizes", [(3, 1), (3, 2)])
def test_a_small_cell_shows_nothing_at_all(sizes: tuple[int, int]) -> None:
    for result, worlds in worlds_by_result(definition(3, "withhold"), sizes).items():
        pooled = tuple(a + b for a, b in zip(*worlds[0], strict=True))
        if is_small(pooled, 3):
            assert json.loads(result)["cells"] == []
            assert len({(a[0] + b[0], a[1] + b[1]) for a, b in worlds}) > 1


# Breakdowns: rows by age, where what is kept must not give the others away

AGE = {
    "key": "age",
    "label": "年龄",
    "kind": "choice",
    "options": [{"key": "x", "label": "x"}, {"key": "y", "label": "y"}],
    "breakdown": True,
}
ROWS = ("x", "y", "-")


def split_worlds(definition: Definition, voters: int) -> dict[str, list[Ways]]:
    """Spread voters over two grades and a blank, each by three answers to the question."""
    acts = [(position, chosen) for chosen in (0, 1, None) for position in (1, 2, 0)]
    found: dict[str, list[Ways]] = defaultdict(list)
    for way in ways(voters, len(acts)):
        ballots = [
            Ballot("A", "", (position,), {} if chosen is None else {"age": (chosen,)})
            for (position, chosen), number in zip(acts, way, strict=True)
            for _ in range(number)
        ]
        found[published(definition, {"A": ballots})].append(way)
    return found


def known_rows(found: dict[str, list[Ways]]) -> list[Ways]:
    """List the worlds in which a withheld row is known though the grades in withheld rows differ."""
    bad = []
    for result, worlds in found.items():
        hidden = [
            ROWS.index(entry["option"]) for entry in json.loads(result)["withheld"] if "option" in entry
        ]
        graded = [sum(worlds[0][3 * row + grade] for row in hidden) for grade in (0, 1)]
        for row in hidden:
            rows = {way[3 * row : 3 * row + 2] for way in worlds}
            if len(rows) == 1 and any(next(iter(rows))) and all(graded):
                bad.append(worlds[0])
    return bad


@pytest.mark.parametrize(("minimum", "voters"), [(2, 3), (2, 4), (3, 4)])
def test_no_row_of_a_breakdown_can_be_worked_out(minimum: int, voters: int) -> None:
    rules = definition(minimum, "withhold", questions=[AGE], groups=("A",))
    found = split_worlds(rules, voters)
    assert any(json.loads(result)["breakdowns"] for result in found)
    assert known_rows(found) == []


def test_the_solver_finds_a_row_withheld_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_the_small(rows: dict[str, Any], minimum: int) -> set[str]:
        return {option for option, row in rows.items() if row.is_small(minimum)}

    monkeypatch.setattr("survey.domain.count.disclosure.hidden_options", only_the_small)
    rules = definition(3, "withhold", questions=[AGE], groups=("A",))
    assert known_rows(split_worlds(rules, 5))
