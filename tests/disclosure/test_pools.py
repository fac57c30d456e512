"""Units that rate each other: each plays the attacker, its own ballot known, against every other unit.

The attacker has all that is kept of the count and knows what it cast itself. For each line that another unit
rated there must be a second world of which the very same is kept, in which the attacker cast the same and the
other unit gave another grade; but where all others of its pool gave the same grade, which tells it in any
case. With spoiled ballots or breakdowns, which are refused for such campaigns, the same attacker is caught.
"""

import random
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import pytest

from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count
from survey.domain.count.late import LateIssue, is_small_electorate
from survey.domain.count.tally import Tally
from survey.domain.definition.bounds import check_definition
from survey.domain.definition.campaign import Line
from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidDefinition
from tests.builders import a_mutual_definition, mutual_example
from tests.oracle import generate

from .test_known_ballots import WHEN, few_left
from .test_solver import BREAKDOWN
from .world import Electorate, World

RANDOM = range(24)


class Pooled(Electorate):
    """An electorate whose ballots are sealed and opened as those of pools are."""

    @cached_property
    def packing(self) -> Packing:
        """Return how ballots are written."""
        return Packing(self.definition)

    def tally(self, ballots: Iterable[Ballot]) -> Tally:
        """Add ballots up as they are opened."""
        tally = Tally(self.definition)
        for ballot in ballots:
            packed = self.packing.pack(replace(ballot, receipt="0000-0000-0000"))
            tally.add(*self.packing.unpack(packed))
        return tally

    def count(self, tally: Tally) -> Count:
        """Keep what may be kept; every unit has one code."""
        accounts = {}
        for row, raters in self.definition.raters_in.items():
            valid, spoiled = tally.valid[row], tally.spoiled[row]
            accounts[row] = GroupAccount(len(raters), 0, valid + spoiled, valid, spoiled, 0)
        return self._disclosed(tally, Accounting.of(accounts))


def a_world(data: dict[str, Any], ballots: Iterable[tuple[str, dict[str, Any]]]) -> World:
    electorate = Pooled(read_definition(data))
    read = []
    for group, fields in ballots:
        posted = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
        read.append(electorate.forms[group].check(posted))
    return World(electorate, tuple(read))


def rated(world: World, place: int) -> Iterator[tuple[int, Line, int]]:
    """List what a ballot says: the place of each line on it, the line, the position."""
    ballot = world.ballots[place]
    for at, line in enumerate(world.electorate.forms[ballot.group].lines):
        yield at, line, ballot.ratings[at]


def on_line(world: World, line: Line, row: str) -> dict[int, tuple[int, int]]:
    """Map the ballots of a row that have a line to its place on them and to what they say."""
    row_of = world.electorate.definition.row_of
    return {
        place: (at, position)
        for place in range(len(world.ballots))
        if row_of[world.ballots[place].group] == row
        for at, other, position in rated(world, place)
        if other is line
    }


def exchanged(world: World, line: Line, row: str, one: int, other: int) -> World | None:
    """Let two of a row have given each other's grade on a line; ``None`` where they could not."""
    here = on_line(world, line, row)
    changed = {}
    for place, source in ((one, other), (other, one)):
        ballot, at = world.ballots[place], here[place][0]
        ratings = (*ballot.ratings[:at], here[source][1], *ballot.ratings[at + 1 :])
        changed[place] = replace(ballot, ratings=ratings)
    if not all(world.electorate.accepts(ballot) for ballot in changed.values()):
        return None
    return world.changed(changed)


def attack(world: World) -> Counter[str]:
    """Let every unit attack every other one, on every line; say what came of each attack."""
    found: Counter[str] = Counter()
    definition = world.electorate.definition
    for row in definition.group:
        for line in definition.lines_of[row]:
            here = on_line(world, line, row)
            for victim, (_, grade) in here.items():
                witnesses = [place for place, (_, other) in here.items() if other != grade]
                kept = []
                for place in witnesses:
                    # Two are enough: the attacker can be one of them only.
                    if len(kept) < 2 and (other := exchanged(world, line, row, victim, place)):
                        assert other.kept == world.kept
                        kept.append(place)
                for attacker in range(len(world.ballots)):
                    if attacker != victim:
                        others = [place for place in witnesses if place != attacker]
                        hidden = any(place != attacker for place in kept)
                        found["hidden" if hidden else "unproven" if others else "unanimous"] += 1
    return found


def drawn(data: dict[str, Any], seed: int, missing: int = 0, *, grades_only: bool = False) -> World:
    """Draw the ballots of units, some of which did not vote."""
    rng = random.Random(seed)
    packing = Packing(read_definition(data))
    units = [group["key"] for group in data["groups"]]
    ballots = []
    for unit in rng.sample(units, len(units) - missing):
        fields = {}
        for line in packing.form[unit].lines:
            grades = [grade.key for grade in line.scale.grades]
            fields[line.name] = rng.choice(grades if grades_only else [*line.positions, "", *grades])
        ballots.append((unit, fields))
    return a_world(data, ballots)


def test_no_unit_of_the_matrix_learns_how_another_one_rated() -> None:
    found = attack(drawn(mutual_example(), 1, missing=2))
    assert found["hidden"] > 20_000
    assert found["unproven"] == 0
    assert found["unanimous"] < found["hidden"] / 1000


@pytest.mark.parametrize("rule", ["withhold", "merge", "show"])
@pytest.mark.parametrize("sizes", [(3, 8), (4, 5), (2, 2, 9), (6,)])
def test_nor_in_pools_of_any_size(sizes: tuple[int, ...], rule: str) -> None:
    results = {"minimum_cell": 4, "small_groups": rule}
    for seed in range(3):
        found = attack(drawn(a_mutual_definition(*sizes, results=results), seed, missing=seed))
        assert found["unproven"] == 0
        assert found["hidden"] > 0


def test_nor_in_random_campaigns() -> None:
    """With reasons, comments, questions, other groups beside pools; a quota may forbid the second world."""
    total: Counter[str] = Counter()
    for seed in RANDOM:
        rng = random.Random(f"pools {seed}")
        data = tomllib.loads(generate.definition(rng), parse_float=Decimal)
        for group in data["groups"]:
            group.pop("issue", None)
        data = generate.with_pools(rng, data, most=5)
        del data["groups"][12:]
        data = _mended(data)
        limited = bool(data.get("quotas"))
        data["results"]["minimum_cell"] = 3
        units = {group["key"] for group in data["groups"] if "pool" in group}
        ballots = dict(reversed(generate.ballots(rng, data)))  # one of each group
        world = a_world(data, [(key, fields) for key, fields in ballots.items() if key in units])
        found = attack(world)
        assert limited or not found["unproven"], seed
        total += found
    assert total["hidden"] > 3000


def _mended(data: dict[str, Any]) -> dict[str, Any]:
    """Take out what names groups that are gone."""
    groups = {group["key"] for group in data["groups"]}
    used = {group.get("pool") for group in data["groups"]}
    data["pools"] = [pool for pool in data["pools"] if pool["key"] in used]
    for table in (*data["sections"], *data["ratees"], *data.get("questions", [])):
        if "groups" in table:
            table["groups"] = [key for key in table["groups"] if key in groups] or sorted(groups)
    data["ratees"] = [one for one in data["ratees"] if set(one.get("except", ())) <= groups]
    data.pop("questions", None)
    return data


# Codes issued while voting runs


def late_to_one_unit(seed: int, *, by_pool: bool) -> World:
    """Let an insider issue codes to one unit after opening, and cast them; everybody else voted as well.

    ``by_pool`` is the wrong rule: whether codes are late is judged by all of the pool, not by those of it
    who may rate the same.
    """
    rng = random.Random(f"late {seed}")
    data = a_mutual_definition(rng.randint(2, 4), results={"minimum_cell": 4, "small_groups": "withhold"})
    codes = {group["key"]: rng.choice((1, 1, 2, 9)) for group in data["groups"]}
    definition = read_definition(data)
    unit, number = rng.choice(list(codes)), rng.randint(1, 6)
    ballots = [
        (key, {line.name: rng.choice(("excellent", "poor")) for line in definition.lines_of[key]})
        for key in [*(key for key, issued in codes.items() for _ in range(issued)), *[unit] * number]
    ]
    least = sum(codes.values()) if by_pool else definition.least_electorate("a", codes)
    late = LateIssue("a", number, WHEN, confirmed=False)
    small = is_small_electorate(least, definition.results.minimum_cell)
    world = a_world(data, ballots)
    known = frozenset(range(len(ballots) - number, len(ballots)))
    return World(Pooled(definition, (late,) if small else ()), world.ballots, known)


def test_codes_issued_late_uncover_no_row_of_a_ratee_whom_few_may_rate() -> None:
    caught = 0
    for seed in range(60):
        assert few_left(late_to_one_unit(seed, by_pool=False)) == [], seed
        caught += bool(few_left(late_to_one_unit(seed, by_pool=True)))
    assert caught >= 5


# What is refused, and what it would tell


def refused(data: dict[str, Any]) -> bool:
    with pytest.raises(InvalidDefinition):
        check_definition(data)
    return True


def ballots_missing(world: World, unit: str) -> int:
    """Work out of what is published whether a unit's ballot is among the valid ones of its pool."""
    definition = world.electorate.definition
    row = definition.row_of[unit]
    account = world.count.accounting.groups[row]
    counts = (world.count.cells[f"r-{unit}", "all"].groups or {})[(row,)]
    return (account.valid or 0) - counts.marked - counts.blank


def test_a_spoiled_ballot_would_be_known_with_all_that_is_in_it() -> None:
    data = a_mutual_definition(6, 7, rules={"spoiled_if": ["all-top"]})
    world = drawn(data, 4, grades_only=True)
    (victim,) = (place for place, ballot in enumerate(world.ballots) if ballot.group == "a3")
    top = replace(world.ballots[victim], ratings=(1,) * len(world.ballots[victim].ratings))
    world = world.changed({victim: top})
    assert world.count.accounting.total.spoiled == 1
    assert [key for key in world.electorate.definition.rater if not ballots_missing(world, key)] == ["a3"]
    assert refused(data)


def test_a_breakdown_would_tell_what_each_unit_chose() -> None:
    data = a_mutual_definition(12, questions=[BREAKDOWN], rules={"blank": "require"})
    options = [option["key"] for option in BREAKDOWN["options"]]
    ballots = []
    for number, group in enumerate(data["groups"]):
        form = Packing(read_definition(data)).form[group["key"]]
        fields = {line.name: "poor" for line in form.lines}
        ballots.append((group["key"], fields | {f"q.{BREAKDOWN['key']}": options[number % 2]}))
    world = a_world(data, ballots)
    for number, group in enumerate(data["groups"]):
        shown = world.count.breakdowns[f"r-{group['key']}", "all", BREAKDOWN["key"]]
        sizes = {option: row.marked for option, row in shown.items() if row}
        chosen = min((size, option) for option, size in sizes.items() if size)[1]
        assert chosen == options[number % 2]
    assert refused(data)


def test_that_a_unit_voted_is_told_and_no_more() -> None:
    """docs/secrecy.md says so: the row of a unit that did not vote is not smaller than the pool's ballots."""
    data = a_mutual_definition(6, 7)
    world = drawn(data, 2, missing=1, grades_only=True)
    voted = {ballot.group for ballot in world.ballots}
    missing = {key for key in world.electorate.definition.rater if not ballots_missing(world, key)}
    assert missing == set(world.electorate.definition.rater) - voted
