"""Two counts side by side: who is who, exact differences, and what is kept apart."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count, disclose
from survey.domain.count.late import LateIssue
from survey.domain.count.results import work_out
from survey.domain.count.rows import Row
from survey.domain.count.tally import Counts, Tally
from survey.domain.decisions.comparison import Comparison, Difference, NoDifference
from survey.domain.decisions.comparison_tables import comparison_tables
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition, built
from tests.counted import made_up

OVER = (Row.WEIGHTED, Row.POOLED)
FEW = Difference(why=NoDifference.FEW)


def counted(definition: Definition, ballots: Sequence[tuple[str, Sequence[int]]]) -> Count:
    """Count ballots, each a group and its positions."""
    packing, tally = Packing(definition), Tally(definition)
    for group, ratings in ballots:
        tally.add(packing.form[group], Ballot(group, "", tuple(ratings)))
    accounts = {
        group.key: GroupAccount(99, 0, number := sum(one == group.key for one, _ in ballots), number, 0, 0)
        for group in definition.groups
    }
    return disclose(definition, tally, Accounting.of(accounts))


def compared(now: Definition, ballots: Any, then: Definition, former: Any) -> Comparison:
    return Comparison(work_out(now, counted(now, ballots)), work_out(then, counted(then, former)))


def one(comparison: Comparison, key: str = "c1", criterion: str = "", row: Row = Row.POOLED) -> Difference:
    """Return the difference of a score, of the total where no criterion is named."""
    who = comparison.now.ratee[key]
    section = comparison.now.section[who.section]
    line = next((c for c in section.criteria if c.key == criterion), None)
    found = comparison.line(who, line) if line else comparison.total(who)
    assert found is not None
    return found.over[row].score


# Differences, against sums of our own


def by_hand(definition: Definition, count: Count, key: str, criterion: str, row: Row) -> Fraction | None:
    """Work a score out anew from the counts kept, without the code under test."""
    cell = count.cells[key, criterion]
    scale = definition.scale[definition.section[definition.ratee[key].section].scale]
    points = [grade.points for grade in scale.grades]

    def score(grades: tuple[int, ...]) -> Fraction | None:
        return (
            Fraction(sum(n * p for n, p in zip(grades, points, strict=True)), sum(grades))
            if sum(grades)
            else None
        )

    if row is Row.POOLED:
        return score(cell.pooled.grades) if cell.pooled else None
    if cell.groups is None:
        return None
    known = [
        (sum(definition.group[g].weight for g in members), value)
        for members, counts in cell.groups.items()
        if (value := score(counts.grades)) is not None
    ]
    whole = sum(weight for weight, _ in known)
    return Fraction(sum(weight * value for weight, value in known) / whole) if whole else None


def _total(definition: Definition, count: Count, key: str, row: Row) -> Fraction:
    """Work a total over two lines of equal weight out anew: by group first, where it is weighted."""
    lines = [count.cells[key, criterion] for criterion in ("de", "neng")]
    parts = [line.pooled for line in lines] if row is Row.POOLED else None
    if parts is not None:
        return sum((_score(definition, part) for part in parts if part), Fraction(0)) / 2
    groups = list(lines[0].groups or {})
    means = [
        sum((_score(definition, (line.groups or {})[group]) for line in lines), Fraction(0)) / 2
        for group in groups
    ]
    return sum(means, Fraction(0)) / len(means)


def _score(definition: Definition, row: Counts) -> Fraction:
    points = [grade.points for grade in definition.scales[0].grades]
    return Fraction(sum(n * p for n, p in zip(row.grades, points, strict=True)), sum(row.grades))


def rounded(value: Fraction, places: int, mode: str) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    how = ROUND_DOWN if mode == "truncate" else ROUND_HALF_UP
    found = exact.quantize(Decimal(1).scaleb(-places), how)
    return found if found else abs(found)


sizes = st.fixed_dictionaries({"A": st.integers(12, 40), "B": st.integers(12, 40)})


@given(sizes, sizes, st.integers(0, 10**6), st.integers(0, 4), st.sampled_from(["half-up", "truncate"]))
def test_differences_are_exact_and_rounded_once(
    sized: dict[str, int], before: dict[str, int], seed: int, places: int, mode: str
) -> None:
    definition = built(results={"rounding": {"mode": mode, "places": places}})
    counts = [
        made_up(definition, size, random.Random(seed + place)) for place, size in enumerate((sized, before))
    ]
    comparison = Comparison(work_out(definition, counts[0]), work_out(definition, counts[1]))
    for who in definition.ratees:
        for criterion in ("de", "neng"):
            for row in OVER:
                found = one(comparison, who.key, criterion, row)
                values = [by_hand(definition, count, who.key, criterion, row) for count in counts]
                if found.why is None:
                    assert found.change == rounded(values[0] - values[1], places, mode)  # type: ignore[operator]
                    assert found.now == rounded(values[0] or Fraction(0), places, mode)
                    assert found.then == rounded(values[1] or Fraction(0), places, mode)
                else:
                    assert (found.now, found.then, found.change) == (None, None, None)
        for row in OVER:
            total = one(comparison, who.key, "", row)
            if total.why is None:
                here, there = (_total(definition, count, who.key, row) for count in counts)
                assert total.change == rounded(here - there, places, mode)


@given(sizes, sizes, st.integers(0, 10**6))
def test_what_is_shown_keeps_to_the_rule(here: dict[str, int], there: dict[str, int], seed: int) -> None:
    """The rule said once more: from the sizes of the electorates and of the rows."""
    definition = built()
    counts = [
        made_up(definition, size, random.Random(seed + place)) for place, size in enumerate((here, there))
    ]
    comparison = Comparison(work_out(definition, counts[0]), work_out(definition, counts[1]))

    def near(*pairs: tuple[int, int]) -> bool:
        return any(1 <= abs(a - b) <= 4 for a, b in pairs)

    def within(row: Counts) -> tuple[int, int, int]:
        return row.answered, row.answered + row.abstained, row.answered + row.abstained + row.blank

    alike = near(*((here[g], there[g]) for g in "AB"), (here["A"] + here["B"], there["A"] + there["B"]))
    for who in definition.ratees:
        near_lines: dict[Row, list[bool]] = defaultdict(list)
        for criterion in ("de", "neng"):
            cells = [count.cells[who.key, criterion] for count in counts]
            assert all(cell.pooled and cell.groups for cell in cells)
            rows = [[cell.pooled, *(cell.groups or {}).values()] for cell in cells]
            pairs = [
                list(zip(within(a), within(b), strict=True)) for a, b in zip(*rows, strict=True) if a and b
            ]
            for row, kept in ((Row.POOLED, pairs[:1]), (Row.WEIGHTED, pairs)):
                hidden = alike or any(near(*pair) for pair in kept)
                near_lines[row].append(hidden)
                assert (one(comparison, who.key, criterion, row) == FEW) is hidden
        for row in OVER:
            assert (one(comparison, who.key, "", row) == FEW) is any(near_lines[row])


def test_a_rate_changes_in_points_of_percent() -> None:
    rates = [{"scale": "cadre", "key": "top", "label": "优秀率", "grades": ["excellent"]}]
    definition = built(ratees=["c1"], criteria=["de"], groups=["A"], rates=rates)
    now = [("A", (1,))] * 12 + [("A", (2,))] * 12
    then = [("A", (1,))] * 6 + [("A", (2,))] * 12
    comparison = compared(definition, now, definition, then)
    line = comparison.line(definition.ratee["c1"], definition.sections[0].criteria[0])
    assert line is not None
    for row in OVER:
        assert line.over[row].rates["top"] == Difference(Decimal("50.00"), Decimal("33.33"), Decimal("16.67"))
        assert line.over[row].score == Difference(Decimal("90.00"), Decimal("86.67"), Decimal("3.33"))


# What measures different things is not subtracted

MANY, FEWER = [("A", (1, 2))] * 20, [("A", (2, 2))] * 10


def changed(**tables: Any) -> Definition:
    return built(groups=["A"], ratees=["c1"], **tables)


def test_other_points_are_not_subtracted_and_it_is_said_why() -> None:
    scales = a_definition()["scales"]
    scales[0]["grades"][0] |= {"points": 95}
    comparison = compared(changed(), MANY, changed(scales=scales), FEWER)
    for row in OVER:
        assert one(comparison, "c1", "de", row) == Difference(
            Decimal("100.00"), Decimal("80.00"), None, NoDifference.SCALE
        )
        assert one(comparison, "c1", "", row).why is NoDifference.SCALE


def test_other_keys_of_the_same_grades_are_no_other_scale() -> None:
    scales = a_definition()["scales"]
    for place, grade in enumerate(scales[0]["grades"]):
        grade["key"] = f"g{place}"
    comparison = compared(changed(), MANY, changed(scales=scales), FEWER)
    assert one(comparison, "c1", "de").change == Decimal("20.00")


def test_a_line_that_was_not_there_and_a_form_of_other_weights() -> None:
    sections = a_definition()["sections"]
    sections[0]["criteria"] = [
        {"key": "de", "label": "de", "weight": 2},
        {"key": "neng", "label": "qin"},
    ]
    comparison = compared(changed(), MANY, changed(sections=sections), FEWER)
    assert one(comparison, "c1", "de").change == Decimal("20.00")
    assert one(comparison, "c1", "neng") == Difference(why=NoDifference.LINE)
    assert one(comparison, "c1", "").why is NoDifference.FORM


def test_other_weights_of_groups_part_weighted_values_only() -> None:
    groups = [{"key": "A", "label": "A票", "weight": 1}, {"key": "B", "label": "B票", "weight": 2}]
    plain, weighted = built(ratees=["c1"]), read_definition(a_definition(ratees=["c1"]) | {"groups": groups})
    now = [("A", (1, 2))] * 20 + [("B", (1, 2))] * 20
    then = [("A", (2, 2))] * 10 + [("B", (2, 2))] * 10
    assert one(compared(plain, now, plain, then), row=Row.WEIGHTED).change == Decimal("10.00")
    found = compared(plain, now, weighted, then)
    assert one(found, row=Row.WEIGHTED).why is NoDifference.WEIGHTS
    assert one(found, row=Row.POOLED).change == Decimal("10.00")


def test_what_one_side_withholds_is_not_shown_on_the_other() -> None:
    definition = changed()
    comparison = compared(definition, MANY, definition, [("A", (0, 2))] * 8 + [("A", (1, 2))] * 3)
    # The cell of three answers is withheld then; now it has twenty.
    assert one(comparison, "c1", "de") == Difference(why=NoDifference.WITHHELD)
    assert one(comparison, "c1", "neng").change == Decimal("0.00")
    assert one(comparison, "c1", "") == Difference(why=NoDifference.WITHHELD)


def test_the_larger_minimum_of_the_two_is_kept() -> None:
    strict = changed(results={"minimum_cell": 11})
    ballots, former = [("A", (1, 2))] * 30, [("A", (2, 2))] * 20
    assert one(compared(changed(), ballots, changed(), former)).why is None
    for now, then in ((changed(), strict), (strict, changed())):
        assert one(compared(now, ballots, then, former)) == FEW


def test_a_group_that_is_new_is_compared_with_nobody() -> None:
    both, alone = built(ratees=["c1"]), changed()
    now = [("A", (1, 2))] * 20 + [("B", (1, 2))] * 2
    assert one(compared(both, now, alone, FEWER)) == FEW


def test_groups_are_the_same_by_their_label_too() -> None:
    data = a_definition(ratees=["c1"])
    data["groups"] = [
        {"key": key, "label": label, "weight": 1} for key, label in (("A", "B票"), ("B", "A票"))
    ]
    turned = read_definition(data)
    now = [("A", (1, 2))] * 30 + [("B", (1, 2))] * 60
    then = [("A", (1, 2))] * 90 + [("B", (1, 2))] * 29
    assert one(compared(built(ratees=["c1"]), now, turned, then)) == FEW


# What a reader can work out: one voter more, all others as before


def differences(comparison: Comparison) -> str:
    return str([table.rows for table in comparison_tables(comparison)])


def ways(voters: int, acts: Sequence[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    """List all ways in which voters can fill the form in, whoever does what."""
    if len(acts) == 1:
        yield [acts[0]] * voters
        return
    for first in range(voters + 1):
        for rest in ways(voters - first, acts[1:]):
            yield [acts[0]] * first + rest


def grades_known(definition: Definition, changes: Iterator[tuple[Any, Any, Any]]) -> list[Any]:
    """List what one voter did wherever a comparison tells it: by what is shown, only one act is possible."""
    found: dict[str, set[Any]] = defaultdict(set)
    for now, then, act in changes:
        comparison = compared(definition, [("A", b) for b in now], definition, [("A", b) for b in then])
        found[differences(comparison)].add(act)
    return [acts for acts in found.values() if len(acts) == 1]


ONE_LINE = [(1,), (2,), (3,), (4,), (0,)]


def small(criteria: Sequence[str]) -> Definition:
    return built(groups=["A"], ratees=["c1"], criteria=criteria, results={"minimum_cell": 3})


def one_more(acts: Sequence[tuple[int, ...]], voters: int) -> Iterator[tuple[Any, Any, Any]]:
    for then in ways(voters, acts):
        for act in acts:
            yield [*then, act], then, act


def one_who_answers_now(voters: int) -> Iterator[tuple[Any, Any, Any]]:
    """List worlds of two lines in which one voter left the first line empty then."""
    acts = [(1, 1), (2, 1), (3, 1)]
    for others in ways(voters, acts):
        for act in acts:
            yield [*others, act], [*others, (0, act[1])], act


def test_one_voter_more_cannot_be_worked_out() -> None:
    assert grades_known(small(["de"]), one_more(ONE_LINE, 4)) == []


def test_one_who_answers_a_line_now_cannot_be_worked_out_from_the_others_and_the_total() -> None:
    definition = small(["de", "neng"])
    assert grades_known(definition, one_who_answers_now(4)) == []
    shown = compared(definition, [("A", (1, 1))] * 5, definition, [("A", (1, 1))] * 4 + [("A", (0, 1))])
    assert one(shown, "c1", "neng").change == 0, "the line on which nothing changed is compared"


@pytest.mark.parametrize(
    ("criteria", "changes"),
    [(["de"], lambda: one_more(ONE_LINE, 4)), (["de", "neng"], lambda: one_who_answers_now(4))],
)
def test_the_solver_finds_what_would_be_given_away(
    monkeypatch: pytest.MonkeyPatch, criteria: list[str], changes: Any
) -> None:
    monkeypatch.setattr(Comparison, "_few", lambda *_: False)
    assert grades_known(small(criteria), changes())


def test_enough_voters_more_are_compared() -> None:
    definition = small(["de"])
    found = compared(definition, [("A", (1,))] * 8, definition, [("A", (2,))] * 5)
    assert one(found).change == Decimal("20.00")


@pytest.mark.parametrize(
    ("late", "former", "few"), [(0, 5, False), (2, 5, True), (2, 2, False), (1, 8, True)]
)
def test_voters_whom_an_insider_may_know_are_not_enough(late: int, former: int, few: bool) -> None:
    """Eight ballots of which two are known differ by one from five, and eight from eight by the known."""
    definition = small(["de"])
    now, then = (counted(definition, [("A", (grade,))] * number) for grade, number in ((1, 8), (2, former)))
    when = datetime(2026, 3, 9, 10, 5, tzinfo=UTC)
    issued = (LateIssue("A", late, when, confirmed=False),) if late else ()
    sides = [work_out(definition, one) for one in (replace(now, late=issued), then)]
    assert (one(Comparison(*sides)) == FEW) is few
    assert (one(Comparison(*reversed(sides))) == FEW) is few
