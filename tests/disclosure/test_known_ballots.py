"""An insider who issued codes to a small group while voting ran, and cast them: the n - 1 attack.

The attacker knows some ballots of a group wholly, and takes them away from every row. What is left of a row
must be nobody, or at least the least number of answers. With the rule for late codes switched off the same
attacker must be caught: one real vote among four known ones is then read off the row of its group.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from survey.domain.count.late import LateIssue, is_small_electorate
from survey.domain.count.tally import Tally
from survey.domain.definition.rules import SmallGroups

from .campaigns import campaign
from .judge import Case
from .solver import Unsure
from .test_controls import a_world
from .test_solver import BREAKDOWN
from .world import Electorate, Row, World, counted_questions

WHEN = datetime(2026, 3, 9, 10, 5, tzinfo=UTC)
RULES = {"minimum_cell": 5, "small_groups": "withhold"}
SIZES = {"A": 5, "B": 9}
KNOWN = 4
"""Of five ballots of group A, so many are the attacker's."""


def insider(world: World, known: frozenset[int], *, ruled: bool = True) -> World:
    """Let the attacker have cast some ballots, all with late codes; ``ruled`` is whether the rule holds."""
    groups = [world.ballots[place].group for place in known]
    late = tuple(LateIssue(g, groups.count(g), WHEN, confirmed=False) for g in dict.fromkeys(groups))
    electorate = Electorate(world.electorate.definition, late if ruled else ())
    return World(electorate, world.ballots, known)


def first_of(world: World, group: str, number: int) -> frozenset[int]:
    places = [place for place, ballot in enumerate(world.ballots) if ballot.group == group]
    return frozenset(places[-number:] if number else ())


def left_over(world: World) -> Iterator[tuple[Row, int]]:
    """Take the known ballots away from every row shown; name each row and how many answers are left."""
    count, definition = world.count, world.electorate.definition
    mine = world.electorate.tally(world.ballots[place] for place in sorted(world.known))
    for line in definition.lines:
        rows = count.cells[line.key]
        for members, row in (rows.groups or {}).items():
            yield ("cell", *line.key, "+".join(members)), row.answered - _answered(mine, line.key, members)
        if rows.pooled:
            gone = _answered(mine, line.key, line.ratee.groups)
            yield ("pooled", *line.key), rows.pooled.answered - gone
        for question in definition.breakdowns:
            for option, row in count.breakdowns[(*line.key, question.key)].items():
                if row:
                    gone = mine.split(question.key, option)[line.key].answered
                    yield ("split", *line.key, question.key, option), row.answered - gone
    for key in counted_questions(definition):
        kept = count.questions[key]
        for group, row in (kept.groups or {}).items():
            yield ("question", key, group), row.answered - mine.options(key, group).answered
        if kept.pooled:
            gone = sum(mine.options(key, group).answered for group in definition.question[key].groups)
            yield ("question", key, ""), kept.pooled.answered - gone


def _answered(tally: Tally, key: tuple[str, str], groups: tuple[str, ...]) -> int:
    return sum(tally.cells(group)[key].answered for group in groups)


def few_left(world: World) -> list[Row]:
    minimum = world.electorate.definition.results.minimum_cell
    return [row for row, left in left_over(world) if 0 < left < minimum]


@pytest.mark.parametrize("rule", ["withhold", "merge"])
def test_one_real_vote_among_known_ones_stays_unknown(rule: str) -> None:
    found = 0
    for seed in range(10):
        results = RULES | {"small_groups": rule}
        world = a_world(seed, SIZES, results=results, questions=[BREAKDOWN])
        known = first_of(world, "A", KNOWN)
        honest = insider(world, known)
        assert few_left(honest) == [], seed
        case = Case(honest)
        (line,) = honest.electorate.definition.lines
        row = ("cell", *line.key, "A")
        assert row in case.rows
        assert not case.is_told(row) or unanimous_but_for(honest), seed
        # The control: without the rule the row is shown, and the one vote in it is the difference.
        naked = insider(world, known, ruled=False)
        if rule == "withhold":
            mine = naked.electorate.tally(naked.ballots[place] for place in known)
            shown = (naked.count.cells[line.key].groups or {})[("A",)]
            (vote,) = set(range(len(world.ballots))) - known - first_of(world, "B", SIZES["B"])
            left = [a - b for a, b in zip(shown.grades, mine.cells("A")[line.key].grades, strict=True)]
            assert left.index(1) + 1 == world.ballots[vote].ratings[0]
            assert sum(left) == 1
        assert row not in Case(naked).rows
        found += bool(few_left(naked))
    assert found == 10


def unanimous_but_for(world: World) -> bool:
    """Tell whether all whose ballots are not known gave one grade: then the pooled row says so."""
    others = [ballot for place, ballot in enumerate(world.ballots) if place not in world.known]
    return len({ballot.ratings for ballot in others}) == 1


def a_campaign(seed: int) -> World | None:
    """Make a random campaign in which an attacker issued codes late to small groups and cast them all."""
    world = World.of(*campaign(seed))
    definition = world.electorate.definition
    if definition.results.small_groups is SmallGroups.SHOW:
        return None
    rng = random.Random(f"insider {seed}")
    known: frozenset[int] = frozenset()
    for group in definition.groups:
        places = first_of(world, group.key, len(world.ballots))
        real = rng.randint(0, min(len(places), 3))
        if is_small_electorate(real, definition.results.minimum_cell) and rng.random() < 0.7:
            known |= first_of(world, group.key, len(places) - real)
    return World(world.electorate, world.ballots, known)


def test_known_ballots_leave_no_few_in_random_campaigns() -> None:
    caught = rows = 0
    for seed in range(80):
        world = a_campaign(seed)
        if world is not None:
            assert few_left(insider(world, world.known)) == [], seed
            rows += len(list(left_over(insider(world, world.known))))
            caught += bool(few_left(insider(world, world.known, ruled=False)))
    assert caught >= 15
    assert rows > 300


def test_the_solver_with_known_ballots_works_no_row_of_few_out() -> None:
    """Of a group in which a few ballots are not the insider's own, the row stays unknown."""
    asked = 0
    for seed in range(0, 80, 2):
        world = a_campaign(seed)
        if world is None or not world.known:
            continue
        case = Case(insider(world, world.known))
        for row in case.rows:
            if row[0] == "cell" and _is_worth_asking(world, row):
                try:
                    assert not case.is_told(row), (seed, row)
                    asked += 1
                except Unsure:
                    pass
    assert asked >= 10


def _is_worth_asking(world: World, row: Row) -> bool:
    """Tell whether few of a row are unknown, and all unknown on the line did not give one grade."""
    definition = world.electorate.definition
    at = {
        group: next((place for place, line in enumerate(lines) if line.key == row[1:3]), -1)
        for group, lines in definition.lines_of.items()
    }
    others = [world.ballots[place] for place in sorted(world.valid - world.known)]
    ticked = [(ballot.group, ballot.ratings[at[ballot.group]]) for ballot in others if at[ballot.group] >= 0]
    here = sum(group == row[3] for group, _ in ticked)
    return 0 < here < definition.results.minimum_cell and len({tick for _, tick in ticked}) >= 3
