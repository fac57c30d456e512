"""What of a count is kept: small rows, merged groups, breakdowns, accounts."""

import contextlib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count, Why, disclose, hidden_options, merged
from survey.domain.count.results import work_out
from survey.domain.count.rows import Row
from survey.domain.count.tally import Counts, Tally
from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidDefinition
from tests.builders import a_definition, built

OPTIONS = ("a", "b", "c", "d", "-")


def counts(answered: int, abstained: int = 0, blank: int = 0) -> Counts:
    return Counts((answered, 0), abstained, blank)


@pytest.mark.parametrize(
    ("answered", "abstained", "small"),
    [
        (0, 0, False),
        (1, 0, True),
        (4, 0, True),
        (5, 0, False),
        (0, 1, True),
        (0, 4, True),
        (0, 5, False),
        (4, 9, True),
        (5, 1, False),
    ],
)
@pytest.mark.parametrize("blank", [0, 3])
def test_which_rows_are_small(answered: int, abstained: int, blank: int, small: bool) -> None:
    assert counts(answered, abstained, blank).is_small(5) is small


# Breakdowns

breakdown_rows = st.dictionaries(
    st.sampled_from(OPTIONS),
    st.builds(counts, st.integers(0, 9), st.integers(0, 3), st.integers(0, 2)),
    min_size=1,
).map(lambda made: {option: made[option] for option in OPTIONS if option in made})
minimums = st.integers(2, 6)


@given(breakdown_rows, minimums)
def test_small_rows_are_always_hidden(rows: Mapping[str, Counts], minimum: int) -> None:
    small = {option for option, row in rows.items() if row.is_small(minimum)}
    hidden = hidden_options(rows, minimum)
    assert small <= hidden
    assert bool(hidden) == bool(small)


@given(breakdown_rows, minimums)
def test_what_is_hidden_cannot_be_worked_out(rows: Mapping[str, Counts], minimum: int) -> None:
    hidden = hidden_options(rows, minimum)
    if hidden and hidden != set(rows):
        # The pooled row less the kept rows gives the sum of the hidden ones, and no more.
        assert len(hidden) >= 2
        assert sum(rows[option].answered for option in hidden) >= minimum


@given(breakdown_rows, minimums)
def test_no_more_is_hidden_than_must_be(rows: Mapping[str, Counts], minimum: int) -> None:
    hidden = hidden_options(rows, minimum)
    added = [option for option in hidden if not rows[option].is_small(minimum)]
    if not added or hidden == set(rows):
        return
    largest = max(added, key=lambda option: (rows[option].answered, OPTIONS.index(option)))
    fewer = hidden - {largest}
    assert len(fewer) < 2 or sum(rows[option].answered for option in fewer) < minimum
    kept = [option for option in rows if option not in hidden and rows[option].answered]
    order = [(rows[option].answered, OPTIONS.index(option)) for option in kept]
    assert all((rows[largest].answered, OPTIONS.index(largest)) < place for place in order)


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ({"a": 9, "b": 9, "-": 0}, set()),
        ({"a": 2, "b": 9, "-": 7}, {"a", "-"}),
        ({"a": 2, "b": 7, "c": 7, "-": 7}, {"a", "b"}),
        ({"a": 9, "b": 0, "-": 2}, {"a", "-"}),
        ({"a": 1, "b": 1, "c": 5, "-": 9}, {"a", "b", "c"}),
        ({"a": 4, "b": 4, "c": 9}, {"a", "b"}),
        ({"a": 3, "b": 0, "-": 0}, {"a", "b", "-"}),
    ],
)
def test_hidden_rows_by_hand(rows: dict[str, int], hidden: set[str]) -> None:
    assert hidden_options({key: counts(number) for key, number in rows.items()}, 5) == hidden


# Merging

group_sizes = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=6)


@given(group_sizes, minimums)
def test_merging_keeps_order_members_and_leaves_nothing_small(
    sizes: list[tuple[int, int]], minimum: int
) -> None:
    names = "ABCDEF"[: len(sizes)]
    cells = {
        g: {("r", "x"): counts(x), ("r", "y"): counts(y)} for g, (x, y) in zip(names, sizes, strict=True)
    }
    rows = merged(tuple((g,) for g in names), [("r", "x"), ("r", "y")], cells, minimum)
    assert "".join("".join(row) for row in rows) == names
    if len(rows) > 1:
        for row in rows:
            for key in (("r", "x"), ("r", "y")):
                assert not counts(sum(cells[g][key].answered for g in row)).is_small(minimum)
    if not any(counts(n).is_small(minimum) for pair in sizes for n in pair):
        assert rows == tuple((g,) for g in names)


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ((3, 9, 9), ["AB", "C"]),
        ((9, 3, 9), ["A", "BC"]),
        ((9, 9, 3), ["A", "BC"]),
        ((2, 2, 9), ["ABC"]),
        ((2, 3, 9), ["AB", "C"]),
        ((1, 1, 1), ["ABC"]),
        ((9, 1, 1), ["ABC"]),
        ((0, 9, 0), ["A", "B", "C"]),
        ((0, 1, 9), ["A", "BC"]),
        ((1,), ["A"]),
    ],
)
def test_merging_by_hand(sizes: tuple[int, ...], rows: list[str]) -> None:
    names = "ABC"[: len(sizes)]
    cells = {g: {("r", "x"): counts(n)} for g, n in zip(names, sizes, strict=True)}
    found = merged(tuple((g,) for g in names), [("r", "x")], cells, 5)
    assert ["".join(row) for row in found] == rows


# Whole counts


def counted(data: dict[str, Any], votes: dict[str, list[dict[str, str]]]) -> tuple[Any, Count]:
    definition = read_definition(data)
    packing = Packing(definition)
    tally = Tally(definition)
    accounts = {}
    for group in data["groups"]:
        key = group["key"]
        for fields in votes.get(key, []):
            form = packing.form[key]
            tally.add(form, form.check({name: [value] for name, value in fields.items()}))
        returned = len(votes.get(key, []))
        accounts[key] = GroupAccount(99, 0, returned, tally.valid[key], tally.spoiled[key], 0)
    return definition, disclose(definition, tally, Accounting.of(accounts))


def ratings(number: int, **fields: str) -> list[dict[str, str]]:
    return [fields or {"c1.de": "excellent"}] * number


def test_breakdown_rows_hold_no_blanks() -> None:
    """In a cell that all left blank they would tell how many chose an option that is withheld."""
    age = {"key": "age", "label": "年龄", "kind": "choice", "breakdown": True}
    age["options"] = [{"key": key, "label": key} for key in ("x", "y")]
    data = a_definition(ratees=("c1",), criteria=("de", "neng"), questions=[age])
    votes = ratings(7, **{"c1.de": "excellent"}) + ratings(2, **{"c1.de": "poor", "q.age": "x"})
    _, count = counted(data, {"A": votes})
    assert count.questions["age"].pooled is None
    rows = count.breakdowns["c1", "neng", "age"]
    assert [row and (row.answered, row.blank) for row in rows.values()] == [(0, 0)] * 3


@pytest.mark.parametrize("how", ["withhold", "merge", "show"])
@pytest.mark.parametrize(("a", "b", "whose"), [(9, 9, ""), (9, 3, "B"), (3, 9, "A"), (2, 2, "all")])
def test_group_rows_by_rule(how: str, a: int, b: int, whose: str) -> None:
    data = a_definition(ratees=("c1",), criteria=("de",), results={"small_groups": how})
    _, count = counted(data, {"A": ratings(a), "B": ratings(b)})
    rows = count.cells["c1", "de"]
    if whose == "all":
        assert (rows.groups, rows.pooled, rows.why) == (None, None, Why.SMALL_CELL)
        return
    assert rows.pooled is not None
    assert rows.pooled.answered == a + b
    if whose and how == "withhold":
        assert (rows.groups, rows.why) == (None, Why.SMALL_GROUP)
    elif whose and how == "merge":
        assert rows.groups is not None
        assert list(rows.groups) == [("A", "B")]
    else:
        assert rows.groups is not None
        assert [row.answered for row in rows.groups.values()] == [a, b]


@pytest.mark.parametrize(("how", "known"), [("withhold", False), ("merge", False), ("show", True)])
def test_validity_of_groups_beside_a_small_one(how: str, known: bool) -> None:
    _, count = counted(a_definition(results={"small_groups": how}), {"A": ratings(9), "B": ratings(3)})
    assert [account.valid is not None for account in count.accounting.groups.values()] == [known, known]
    assert count.accounting.total.valid == 12
    assert count.accounting.total.spoiled == 0


def test_paper_of_groups_is_withheld_with_their_validity() -> None:
    definition = built()
    tally = Tally(definition)
    accounts = {
        key: GroupAccount(20, 0, number, number, 0, 0, paper=number) for key, number in (("A", 9), ("B", 3))
    }
    kept = disclose(definition, tally, Accounting.of(accounts)).accounting
    assert [account.paper for account in kept.groups.values()] == [None, None]
    assert kept.total.paper == 12


@pytest.mark.parametrize("returned", [0, 5])
def test_validity_is_known_where_no_group_is_small(returned: int) -> None:
    _, count = counted(a_definition(), {"A": ratings(9), "B": ratings(returned)})
    assert [account.valid for account in count.accounting.groups.values()] == [9, returned]


def test_a_withheld_criterion_withholds_the_scores_it_weighs_in() -> None:
    votes = {"A": ratings(6, **{"c1.de": "excellent"}) + ratings(2, **{"c1.neng": "poor"})}
    for weight, score in ((1, None), (0, "100.00")):
        data = a_definition(ratees=("c1",))
        data["sections"][0]["criteria"][1]["weight"] = weight
        definition, count = counted(data, votes)
        (standing,) = work_out(definition, count).ratees
        assert (standing.pooled and format(standing.pooled, "f")) == score
        assert (standing.weighted and format(standing.weighted, "f")) == score
        assert bool(standing.scores) == (weight == 0)


def test_ranks_share_places() -> None:
    data = a_definition(ratees=("c1", "c2", "c3", "c4"), criteria=("de",), results={"rank": True})
    grades = {"c1.de": "competent", "c2.de": "excellent", "c3.de": "competent", "c4.de": "poor"}
    definition, count = counted(data, {"A": ratings(6, **grades)})
    assert [standing.rank for standing in work_out(definition, count).ratees] == [2, 1, 2, 4]


def test_ranks_run_within_a_section_and_over_those_with_a_score() -> None:
    data = a_definition(ratees=("c1", "c2", "c3"), criteria=("de",), results={"rank": True})
    data["sections"].append(data["sections"][0] | {"key": "other"})
    data["ratees"][1]["section"] = "other"
    definition, count = counted(data, {"A": ratings(6, **{"c1.de": "poor", "c2.de": "poor"})})
    assert [standing.rank for standing in work_out(definition, count).ratees] == [1, 1, None]


def test_ranks_are_of_the_displayed_score() -> None:
    data = a_definition(
        ratees=("c1", "c2"), criteria=("de",), results={"rank": True, "rounding": {"places": 0}}
    )
    votes = ratings(100, **{"c1.de": "excellent", "c2.de": "excellent"}) + ratings(
        1, **{"c1.de": "competent", "c2.de": "excellent"}
    )
    definition, count = counted(data, {"A": votes})
    assert [standing.rank for standing in work_out(definition, count).ratees] == [1, 1]


@pytest.mark.parametrize(("places", "band"), [(0, "high"), (2, None)])
def test_bands_are_of_the_displayed_score(places: int, band: str | None) -> None:
    bands = [{"key": "high", "label": "优", "at_least": 100}]
    data = a_definition(
        ratees=("c1",), criteria=("de",), results={"bands": bands, "rounding": {"places": places}}
    )
    votes = ratings(100) + ratings(1, **{"c1.de": "competent"})
    definition, count = counted(data, {"A": votes})
    assert work_out(definition, count).ratees[0].band == band


def test_a_group_named_as_a_merged_row_is_refused_or_keeps_its_own_row() -> None:
    data = a_definition(
        groups=("A", "B", "A+B"), ratees=("c1",), criteria=("de",), results={"small_groups": "merge"}
    )
    votes = {"A": ratings(3), "B": ratings(9), "A+B": ratings(6, **{"c1.de": "poor"})}
    with contextlib.suppress(InvalidDefinition):
        definition, count = counted(data, votes)
        weighted = [cell for cell in work_out(definition, count).cells if cell.row is Row.WEIGHTED]
        # (2 × 100 + 1 × 40) ÷ 3
        assert [format(cell.shown.score or 0, "f") for cell in weighted] == ["80.00"]


def test_ballots_are_told_apart_by_their_group_only() -> None:
    definition = built(ratees=("c1",), criteria=("de",))
    packing = Packing(definition)
    tally = Tally(definition)
    for group in ("A", "B", "B"):
        tally.add(packing.form[group], Ballot(group, "", (1,)))
    assert [tally.cells(group)["c1", "de"].answered for group in ("A", "B")] == [1, 2]
    assert list(pairwise(tally.valid)) == [("A", "B")]
