"""Two hundred small campaigns: what of their withheld rows can be worked out from all that is published.

docs/secrecy.md names the kinds of rows that can, and says how many there were. ``python -m
tests.disclosure.measure`` prints the figures anew.
"""

from collections import Counter

import pytest

from .campaigns import campaign
from .judge import TOLD, Case, Verdict
from .world import World, withheld_rows

CAMPAIGNS = 200
BATCHES = 10
SIZE = CAMPAIGNS // BATCHES

COMBINED = {13: 3, 42: 1, 49: 1, 85: 2, 116: 2, 128: 1}
"""Rows told by a breakdown and the rater groups together, by campaign: what the rules leave open."""
UNPROVEN = {13: 7, 36: 2, 40: 2, 42: 1, 74: 1, 93: 1, 101: 2, 110: 1, 114: 2, 168: 1, 188: 4}
"""Rows that the solver does not work out and for which no second world was found either, by campaign."""


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_withheld_row_is_worked_out_but_by_named_exceptions(batch: int) -> None:
    numbers: Counter[Verdict] = Counter()
    for seed in range(batch * SIZE, (batch + 1) * SIZE):
        case = Case(World.of(*campaign(seed)), seed)
        verdicts = case.verdicts()
        here = Counter(verdicts.values())
        numbers += here
        definition = case.world.electorate.definition
        assert here[Verdict.COMBINED] == COMBINED.get(seed, 0), seed
        assert here[Verdict.UNPROVEN] <= UNPROVEN.get(seed, 0), seed
        assert definition.results.small_groups == "show" or not here[Verdict.SHOW], seed
        assert definition.breakdowns or not here[Verdict.COMBINED] + here[Verdict.SHOW], seed
        for row, other in case.open.items():
            assert other.numbers(row) != case.truth[row]
            assert other.kept == case.world.kept
        for row, verdict in verdicts.items():
            if verdict is Verdict.UNANIMOUS:
                assert case.withheld_together(row) is not None, (seed, row)
    assert numbers[Verdict.OPEN] > 2 * sum(numbers[verdict] for verdict in TOLD)


def test_the_solver_never_contradicts_a_second_world() -> None:
    """Rows that two worlds disagree on are not told: the solver is asked about them all the same."""
    asked = 0
    for seed in range(0, CAMPAIGNS, 20):
        case = Case(World.of(*campaign(seed)), seed)
        for row in list(case.open)[:12]:
            assert not case.is_told(row), (seed, row)
            asked += 1
    assert asked > 60


def test_all_kinds_of_campaign_occur() -> None:
    """Every rule, rounding and reason to withhold is among the campaigns, so that none goes untested."""
    seen: Counter[str] = Counter()
    for seed in range(CAMPAIGNS):
        world = World.of(*campaign(seed))
        definition, count = world.electorate.definition, world.count
        rules = definition.results
        names = [rules.small_groups, rules.missing_group, rules.rounding.mode, definition.rules.blank]
        names += [scale.abstain.treat if scale.abstain else "no-abstain" for scale in definition.scales]
        names += [rows.why for rows in [*count.cells.values(), *count.questions.values()] if rows.why]
        names += [row[0] for row in withheld_rows(definition, count)]
        names += ["quota"] * bool(definition.quotas) + ["spoiled"] * bool(count.accounting.total.spoiled)
        names += ["merged"] * any(len(g) > 1 for groups in count.groups.values() for g in groups)
        seen.update({str(name) for name in names})
    assert min(seen.values()) >= 15, seen
    assert len(seen) == 23, seen


def test_texts_are_kept_and_left_out_in_all_ways() -> None:
    """Reasons with their ratee, with their section, some of them, none; comments and answers kept and not."""
    seen: Counter[str] = Counter()
    for seed in range(CAMPAIGNS):
        places, left_out = World.of(*campaign(seed)).texts
        reasons = {subject for kind, subject in places if kind == "reason"}
        names = {f"kept {kind}" for kind, _ in places} | {f"left {kind}" for kind, _ in left_out.fields}
        names |= {f"reasons of a {subject.partition(':')[0]}" for subject in reasons}
        names |= {"some" for kind, subject in left_out.fields if kind == "reason" and subject in reasons}
        names |= {"a number is told"} if left_out.number else set()
        seen.update(names)
    assert min(seen.values()) >= 2, seen
    assert len(seen) == 10, seen
