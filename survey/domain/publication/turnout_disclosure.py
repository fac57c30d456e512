"""What pages may show of the turnout: no finer than would tell who has just voted."""

from collections.abc import Mapping
from dataclasses import dataclass

MIN_ISSUED = 20
"""A group with fewer codes that can be used appears in the total only, while voting runs."""
STEP = 5
"""Numbers of returned ballots move in steps of this, until all are in or voting is over."""


@dataclass(frozen=True)
class TokenCounts:
    """The codes of one rater group: issued, voided and spent."""

    issued: int
    voided: int
    returned: int


@dataclass(frozen=True)
class ShownReturn:
    """The turnout of a group, or of all, as far as it may be seen.

    ``exact`` tells that ``returned`` is no step below the true number.
    """

    issued: int
    voided: int
    returned: int
    exact: bool

    @property
    def valid(self) -> int:
        """Return how many codes can be, or were, used."""
        return self.issued - self.voided

    @property
    def unused(self) -> int:
        """Return how many codes were neither spent nor voided; too many while ``returned`` is a step."""
        return self.valid - self.returned

    @property
    def percent(self) -> int:
        """Return the returned ballots in percent of the codes that can be used; 100 only if all are in."""
        return 100 * self.returned // self.valid if self.valid else 0


@dataclass(frozen=True)
class ShownTurnout:
    """The turnout by rater group, in order; ``None`` for a group that appears in the total only.

    ``paper`` is how many of all returned came on paper: never by group, where few may be alone in it.
    """

    groups: Mapping[str, ShownReturn | None]
    total: ShownReturn
    paper: int = 0

    @property
    def hidden(self) -> tuple[str, ...]:
        """Return the groups that appear in the total only."""
        return tuple(group for group, shown in self.groups.items() if shown is None)

    @property
    def stepped(self) -> bool:
        """Return whether anything is shown coarser than it is, or not by itself."""
        return not self.exact

    @property
    def exact(self) -> bool:
        """Return whether everything is shown as it is."""
        return self.total.exact and all(shown and shown.exact for shown in self.groups.values())


def show(
    groups: Mapping[str, TokenCounts], *, running: bool, by_device: bool, paper: int = 0
) -> ShownTurnout:
    """Coarsen the turnout while voting is ``running``; before and after, all of it may be seen.

    The total is made of what is shown of the groups, so that each column adds up, and of no more than the
    stepped total for those that are not shown.

    ``by_device``: voters' own requests make the codes, so that their number, too, says who is just voting,
    and that all are in is no end. ``paper``: so many of all returned came on paper.
    """
    counts = groups.values()
    total = TokenCounts(
        sum(group.issued for group in counts),
        sum(group.voided for group in counts),
        sum(group.returned for group in counts),
    )
    if not running:
        return ShownTurnout({key: _exactly(group) for key, group in groups.items()}, _exactly(total), paper)
    # A group that is all there is has the total's numbers, which are shown.
    # Voided codes hide nobody: of twenty issued and nineteen voided, the last one's moment would be seen.
    small = {
        key for key, group in groups.items() if group.issued - group.voided < MIN_ISSUED and len(groups) > 1
    }
    seen = {key: None if key in small else _coarsely(group, by_device) for key, group in groups.items()}
    whole = _total(seen, _coarsely(total, by_device))
    return ShownTurnout(seen, whole, paper if whole.exact else min(_step(paper), whole.returned))


def _total(seen: Mapping[str, ShownReturn | None], whole: ShownReturn) -> ShownReturn:
    """Fit the stepped total to the groups that are seen: their sum, and what can be of the others.

    It follows from what is shown anyway, and so tells nothing more.
    """
    if whole.exact:
        return whole
    known = [group for group in seen.values() if group]
    issued, voided, returned = (
        sum(numbers)
        for numbers in zip(*((one.issued, one.voided, one.returned) for one in known), (0, 0, 0), strict=True)
    )
    if None not in seen.values():
        return ShownReturn(issued, voided, returned, exact=False)
    # The rest: at least its voided codes were issued, and no more came back than could.
    rest = max(whole.issued, issued + whole.voided - voided) - issued
    back = min(rest - (whole.voided - voided), max(whole.returned - returned, 0))
    return ShownReturn(issued + rest, whole.voided, returned + back, exact=False)


def _exactly(counts: TokenCounts) -> ShownReturn:
    return ShownReturn(counts.issued, counts.voided, counts.returned, exact=True)


def _coarsely(counts: TokenCounts, by_device: bool) -> ShownReturn:
    if by_device:
        # Both are steps: no fewer were issued than voided, and no more come back than can be used.
        issued = max(_step(counts.issued), counts.voided)
        returned = min(_step(counts.returned), issued - counts.voided)
        return ShownReturn(issued, counts.voided, returned, exact=False)
    if counts.returned == counts.issued - counts.voided:
        return _exactly(counts)
    return ShownReturn(counts.issued, counts.voided, _step(counts.returned), exact=False)


def _step(number: int) -> int:
    return number // STEP * STEP
