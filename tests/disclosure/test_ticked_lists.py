"""Lists to tick: every valid ballot answers every line, and what is withheld stays so."""

from collections import Counter

import pytest

from .campaigns import campaign
from .judge import Case, Verdict
from .world import World

BATCHES = 6
SIZE = 6
COMBINED = {13: 1}
"""Rows told by a breakdown and the rater groups together, by campaign: as in ``test_campaigns``."""
UNPROVEN = {13: 1, 26: 2}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_withheld_row_is_worked_out_but_by_named_exceptions(batch: int) -> None:
    rows: Counter[bool] = Counter()
    for seed in range(batch * SIZE, (batch + 1) * SIZE):
        case = Case(World.of(*campaign(seed, ticked=True)), seed)
        verdicts = case.verdicts()
        here = Counter(verdicts.values())
        definition = case.world.electorate.definition
        assert here[Verdict.COMBINED] == COMBINED.get(seed, 0), seed
        assert here[Verdict.UNPROVEN] <= UNPROVEN.get(seed, 0), seed
        assert definition.results.small_groups == "show" or not here[Verdict.SHOW], seed
        for row, other in case.open.items():
            assert other.numbers(row) != case.truth[row]
            assert other.kept == case.world.kept
        listed = {line.key for line in definition.lines if line.is_ticked}
        rows.update(row[1:3] in listed for row, verdict in verdicts.items() if verdict is Verdict.OPEN)
    assert rows[True], "no row of a list was withheld"


def test_a_list_is_judged_by_its_valid_ballots() -> None:
    """A group's row is withheld just where too few voted validly, however few ticks it has."""
    seen: Counter[bool] = Counter()
    for seed in range(80):
        world = World.of(*campaign(seed, ticked=True))
        definition, least = world.electorate.definition, world.electorate.definition.results.minimum_cell
        if definition.results.small_groups != "withhold":
            continue
        for line in (line for line in definition.lines if line.is_ticked):
            valid = [world.tally.valid[group] for group in line.ratee.groups]
            rows = world.count.cells[line.key]
            assert (rows.pooled is None) == (0 < sum(valid) < least)
            assert (rows.groups is None) == any(0 < number < least for number in (*valid, sum(valid)))
            seen[rows.groups is None] += 1
    assert min(seen.values()) > 10
