"""Two counts side by side on the same ratees, with differences in points: exact, then rounded once.

**Disclosure.** The difference of two sums over nearly the same voters is what the few who are in one of them
only have ticked. So with ``m`` the larger minimum cell of the two campaigns, nothing is put side by side
- of a ratee, where the ballots returned differ by 1 to ``m - 1`` in a rater group that may rate it in either
  campaign (groups are taken for the same by key or by label; one that is in one campaign only is compared
  with 0), in a row of several groups merged, or in all of them together; ballots valid likewise, where known;
- of a cell, where a row that the value is made of differs by 1 to ``m - 1`` in its answers, its answers and
  abstentions, or its ballots: the pooled row for a pooled value, for a weighted one every group's row too;
- of a ratee's total, where that holds for any cell of positive weight: the other cells and the total would
  give it away;
- where either side is withheld.
Where codes of a small group were issued late (``late``), any number of the ballots that these may have given
is left out on either side first: whoever cast them subtracts them too.

Neither value is shown then, no rate, and no arrow. Equal numbers are compared: which voters they are is not
known, and the difference is that of at least two ballots that changed places. Two counts whose results
somebody may read can be subtracted by that person, whatever this module leaves out; it keeps the difference
out of tables, files and feedback.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from survey.domain.count.disclosure import Cell, CellRows, Count, Merged
from survey.domain.count.exact import Exact
from survey.domain.count.late import known_at_most, late_numbers
from survey.domain.count.results import Results
from survey.domain.count.rows import Row
from survey.domain.count.tally import Counts
from survey.domain.count.values import Values
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Criterion, Ratee, Section
from survey.domain.definition.scale import Scale

from .matching import Matches, match_criterion, match_ratees, same_form, same_rates, same_scale


class NoDifference(StrEnum):
    """Why there is no difference."""

    FEW = "few"
    WITHHELD = "withheld"
    NO_VALUE = "no-value"
    SCALE = "scale"
    FORM = "form"
    LINE = "line"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class Difference:
    """One value then and now, each as its own count shows it, and the change; ``why`` where there is none.

    Where they cannot be compared because they measure different things, both values stand; where too few
    make the difference, none.
    """

    now: Decimal | None = None
    then: Decimal | None = None
    change: Decimal | None = None
    why: NoDifference | None = None


@dataclass(frozen=True)
class Over:
    """The score and the rates of one row (weighted or pooled) of one line."""

    score: Difference
    rates: Mapping[str, Difference]


@dataclass(frozen=True)
class Compared:
    """One line of one ratee in both campaigns; without a ``criterion`` the total, which has no rates."""

    ratee: Ratee
    former: Ratee
    criterion: Criterion | None
    over: Mapping[Row, Over]


def rounded(definition: Definition, value: Fraction) -> Decimal:
    """Round a difference once, by the campaign's rule applied to its size: -0.125 becomes -0.13 half-up."""
    size = definition.results.rounding.single(abs(value))
    if size is None:
        raise ValueError(value)
    return -size if value < 0 and size else size


class Comparison:
    """A count (``now``) beside an earlier one (``then``)."""

    def __init__(self, now: Results, then: Results) -> None:
        self.now = now.definition
        self.then = then.definition
        self.counts = now.count, then.count
        self._exact = Exact(self.now, now.count), Exact(self.then, then.count)
        # Most ratees have the same electorate as their neighbour.
        self._few_electorates: dict[tuple[object, ...], bool] = {}
        self._same_forms: dict[tuple[str, str], bool] = {}
        self.minimum = max(self.now.results.minimum_cell, self.then.results.minimum_cell)
        self._late = late_numbers(now.count.late), late_numbers(then.count.late)

    @property
    def rows(self) -> tuple[Row, ...]:
        """List the rows that say something of their own: one where both campaigns have one group."""
        if self.now.has_one_group and self.then.has_one_group:
            return (Row.POOLED,)
        return Row.WEIGHTED, Row.POOLED

    @cached_property
    def matches(self) -> Matches:
        """Find the ratees of this campaign in the other one."""
        return match_ratees(self.now.ratees, self.then.ratees)

    def total(self, ratee: Ratee) -> Compared | None:
        """Return a ratee's total in both campaigns; ``None`` without a counterpart."""
        former = self.matches.found.get(ratee.key)
        if former is None:
            return None
        over = {}
        totals = self._exact[0].totals(ratee.key)[1:], self._exact[1].totals(former.key)[1:]
        for row, *values in zip((Row.WEIGHTED, Row.POOLED), *totals, strict=True):
            why = self._against_total(ratee, former, row)
            hidden = why or (self._against_weights(ratee, former) if row is Row.WEIGHTED else None)
            kept = self._totals_kept(ratee, former, row)
            over[row] = Over(self._difference((values[0], values[1]), hidden, kept=kept), {})
        return Compared(ratee, former, None, over)

    def line(self, ratee: Ratee, criterion: Criterion) -> Compared | None:
        """Return one line of a ratee in both campaigns; ``None`` without a counterpart."""
        former = self.matches.found.get(ratee.key)
        if former is None:
            return None
        match = match_criterion(criterion, self._form(self.then, former))
        if match is None:
            nothing = Over(Difference(why=NoDifference.LINE), {})
            return Compared(ratee, former, criterion, dict.fromkeys((Row.WEIGHTED, Row.POOLED), nothing))
        keys = (ratee.key, criterion.key), (former.key, match.key)
        return Compared(
            ratee,
            former,
            criterion,
            {row: self._over(ratee, former, keys, row) for row in (Row.WEIGHTED, Row.POOLED)},
        )

    def lines(self, ratee: Ratee) -> list[Compared]:
        """Return the lines of a ratee in both campaigns, then the total; empty without a counterpart."""
        criteria = self._form(self.now, ratee).criteria
        found = [*(self.line(ratee, criterion) for criterion in criteria), self.total(ratee)]
        return [one for one in found if one is not None]

    def _over(self, ratee: Ratee, former: Ratee, keys: tuple[Cell, Cell], row: Row) -> Over:
        scales = self._scales(ratee, former)
        why = NoDifference.FEW if self._few_voters(ratee, former) or self._few_in(keys, row) else None
        if why is None and not same_scale(*scales):
            why = NoDifference.SCALE
        if why is None and row is Row.WEIGHTED:
            why = self._against_weights(ratee, former)
        values = [_values(side, row, key) for side, key in zip(self._exact, keys, strict=True)]
        kept = None not in values
        scores = [found.score if found else None for found in values]
        alike = same_rates(self.now, scales[0], self.then, scales[1])
        rates = {}
        for key, other in alike.items():
            pair = [
                None if found is None or (value := found.rates[name]) is None else value * 100
                for found, name in zip(values, (key, other), strict=True)
            ]
            rates[key] = self._difference((pair[0], pair[1]), why, kept=kept)
        return Over(self._difference((scores[0], scores[1]), why, kept=kept), rates)

    def _difference(
        self, values: tuple[Fraction | None, Fraction | None], why: NoDifference | None, *, kept: bool
    ) -> Difference:
        """Put two exact values side by side; ``kept`` tells that neither side is withheld."""
        if why is NoDifference.FEW:
            return Difference(why=why)
        if not kept:
            return Difference(why=NoDifference.WITHHELD)
        now, then = values
        shown = self.now.results.rounding.single(now), self.then.results.rounding.single(then)
        if why is None and (now is None or then is None):
            why = NoDifference.NO_VALUE
        if why or now is None or then is None:
            return Difference(*shown, why=why)
        return Difference(*shown, rounded(self.now, now - then))

    # What keeps values apart

    def _few_voters(self, ratee: Ratee, former: Ratee) -> bool:
        """Return whether the electorates of a ratee differ by too few, in any part or in all."""
        rows = self.counts[0].groups[ratee.key], self.counts[1].groups[former.key]
        electorates = ratee.groups, former.groups, *rows
        if electorates not in self._few_electorates:
            self._few_electorates[electorates] = self._differ_by_few(ratee, former)
        return self._few_electorates[electorates]

    def _differ_by_few(self, ratee: Ratee, former: Ratee) -> bool:
        for validity in (False, True):
            now = _ballots(self.counts[0], ratee, validity)
            then = _ballots(self.counts[1], former, validity)
            if now is None or then is None:
                continue
            if any(self._few_ballots(a, b) for a, b in self._pairs(now, then)):
                return True
            merged = {*self.counts[0].groups[ratee.key], *self.counts[1].groups[former.key]}
            for members in (*merged, tuple({*now, *then})):
                a, b = ({key: numbers.get(key, 0) for key in members} for numbers in (now, then))
                if self._few_ballots(a, b):
                    return True
        return False

    def _pairs(
        self, now: Mapping[str, int], then: Mapping[str, int]
    ) -> Iterator[tuple[Mapping[str, int], Mapping[str, int]]]:
        """Put the numbers of the same groups together, by key and by label; what is alone, beside 0."""
        for key in {*now, *then}:
            yield {key: now.get(key, 0)}, {key: then.get(key, 0)}
        for key, number in now.items():
            for other, former in then.items():
                if self.now.group[key].label == self.then.group[other].label:
                    yield {key: number}, {other: former}

    def _few_ballots(self, one: Mapping[str, int], other: Mapping[str, int]) -> bool:
        """Return whether the ballots of two rows differ by too few, by group."""
        numbers = sum(one.values()), sum(other.values())
        known = [known_at_most(late, row) for late, row in zip(self._late, (one, other), strict=True)]
        return self._few(*numbers, known[0], known[1])

    def _few_in(self, keys: tuple[Cell, Cell], over: Row) -> bool:
        now, then = (count.cells[key] for count, key in zip(self.counts, keys, strict=True))
        everyone = self.now.ratee[keys[0][0]].groups, self.then.ratee[keys[1][0]].groups
        return any(
            self._few(a, b, self._known(0, groups, a), self._known(1, others, b))
            for (groups, row), (others, other) in _rows_of_both(now, then, over, everyone)
            for a, b in zip(_sizes(row), _sizes(other), strict=True)
        )

    def _known(self, side: int, groups: Merged, size: int) -> int:
        """Return at most how many ballots of a row were cast with late codes."""
        return min(size, sum(self._late[side].get(group, 0) for group in groups))

    def _few(self, one: int, other: int, known: int, former: int) -> bool:
        """Return whether two numbers may differ by too few once known ballots are left out on either side."""
        least, most = one - known - other, one - other + former
        most_few = self.minimum - 1
        return max(least, 1) <= min(most, most_few) or max(-most, 1) <= min(-least, most_few)

    def _against_total(self, ratee: Ratee, former: Ratee, over: Row) -> NoDifference | None:
        if self._few_voters(ratee, former):
            return NoDifference.FEW
        forms = self._form(self.now, ratee), self._form(self.then, former)
        pairs = [(one, match_criterion(one, forms[1])) for one in forms[0].criteria if one.weight]
        for one, other in pairs:
            if other and self._few_in(((ratee.key, one.key), (former.key, other.key)), over):
                return NoDifference.FEW
        if not same_scale(*self._scales(ratee, former)):
            return NoDifference.SCALE
        keys = forms[0].key, forms[1].key
        if keys not in self._same_forms:
            self._same_forms[keys] = same_form(*forms)
        if not self._same_forms[keys] or any(other is None for _, other in pairs):
            return NoDifference.FORM
        return None

    def _totals_kept(self, ratee: Ratee, former: Ratee, row: Row) -> bool:
        return all(
            exact.is_kept((one.key, criterion.key), row)
            for exact, one in zip(self._exact, (ratee, former), strict=True)
            for criterion in self._form(exact.definition, one).criteria
            if criterion.weight
        )

    def _against_weights(self, ratee: Ratee, former: Ratee) -> NoDifference | None:
        """Return whether the weighted values are weighted alike: same rows of groups, weights and rule."""
        now = _weights(self.now, self.counts[0], ratee)
        then = _weights(self.then, self.counts[1], former)
        rules = self.now.results.missing_group, self.then.results.missing_group
        return None if now == then and rules[0] is rules[1] else NoDifference.WEIGHTS

    def _form(self, definition: Definition, ratee: Ratee) -> Section:
        return definition.section[ratee.section]

    def _scales(self, ratee: Ratee, former: Ratee) -> tuple[Scale, Scale]:
        return (
            self.now.scale[self._form(self.now, ratee).scale],
            self.then.scale[self._form(self.then, former).scale],
        )


def _values(exact: Exact, row: Row, cell: Cell) -> Values | None:
    return exact.weighted(cell) if row is Row.WEIGHTED else exact.pooled(cell)


def _ballots(count: Count, ratee: Ratee, valid: bool) -> dict[str, int] | None:
    """Return how many ballots each group of a ratee returned, or had valid, where that is known."""
    accounts = {group: count.accounting.groups[group] for group in ratee.groups}
    found = {key: account.valid if valid else account.returned for key, account in accounts.items()}
    known = {key: number for key, number in found.items() if number is not None}
    return known if len(known) == len(found) else None


def _rows_of_both(
    now: CellRows, then: CellRows, over: Row, everyone: tuple[Merged, Merged]
) -> Iterator[tuple[tuple[Merged, Counts], tuple[Merged, Counts]]]:
    """Put the rows of both sides together, each with the groups in it; ``everyone`` are all of a side."""
    if now.pooled and then.pooled:
        yield (everyone[0], now.pooled), (everyone[1], then.pooled)
    for group, row in ((now.groups or {}) if over is Row.WEIGHTED else {}).items():
        other = (then.groups or {}).get(group)
        if other:
            yield (group, row), (group, other)


def _sizes(row: Counts) -> tuple[int, int, int]:
    marked = row.answered + row.abstained
    return row.answered, marked, marked + row.blank


def _weights(definition: Definition, count: Count, ratee: Ratee) -> dict[tuple[str, ...], tuple[object, ...]]:
    whole = sum((definition.group[key].weight for key in ratee.groups), Fraction(0))
    return {
        members: tuple((definition.group[key].label, definition.group[key].weight / whole) for key in members)
        for members in count.groups[ratee.key]
    }
