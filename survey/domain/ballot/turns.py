"""A ballot filled in person by person: whose turn it is, and what may be answered and handed in then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from survey.domain.definition.campaign import Definition
from survey.domain.definition.scale import BLANK
from survey.domain.errors import FieldFault, InvalidBallot, WrongTurn

from .ballot import Ballot, BallotForm

HAND_IN = "hand-in"
"""What the log calls the act after which ballots are taken."""

RESUME = "resume"
"""What the log calls the act that goes on after a restore."""

_LEAP = 1_000_000
"""More acts than any list has: revisions after a restore must not be those that were told before it."""


class Turn(StrEnum):
    """How far a ratee's turn has come."""

    WAITING = "waiting"
    OPEN = "open"
    ENDED = "ended"
    ABSENT = "absent"


@dataclass(frozen=True)
class TurnStanding:
    """How far all ratees have come, in the order of the definition, and whether ballots are taken.

    ``revision`` grows with each act that led here, by one but after a restore. An act returns the standing
    after it, or raises ``WrongTurn``.
    """

    turns: tuple[tuple[str, Turn], ...]
    handing_in: bool = False
    revision: int = 0

    @property
    def by_ratee(self) -> dict[str, Turn]:
        """Map the keys of ratees to their turns."""
        return dict(self.turns)

    @property
    def current(self) -> str | None:
        """Return the ratee whose turn it is, ``None`` between two."""
        return next((key for key, turn in self.turns if turn is Turn.OPEN), None)

    @property
    def number(self) -> int:
        """Return the number of whose turn it is in the definition's order, from 1; 0 between two."""
        return next((number for number, (_key, turn) in enumerate(self.turns, 1) if turn is Turn.OPEN), 0)

    @property
    def number_done(self) -> int:
        """Return how many are done with: their turn is over, or they are absent."""
        return sum(turn in (Turn.ENDED, Turn.ABSENT) for _key, turn in self.turns)

    @property
    def waiting(self) -> tuple[str, ...]:
        """List the ratees whose turn is still to come."""
        return tuple(key for key, turn in self.turns if turn is Turn.WAITING)

    @property
    def opened(self) -> frozenset[str]:
        """Return the ratees who may be answered: whose turn it is, or was."""
        return frozenset(key for key, turn in self.turns if turn in (Turn.OPEN, Turn.ENDED))

    def is_locked(self, ratee: str, *, blank: bool) -> bool:
        """Return whether the page keeps a line of a ratee as it is; ``blank`` tells that it has no answer.

        Once ballots are taken, lines left blank can be filled in: somebody may have come late, or lost what a
        device held, and nobody can be opened for them any more.
        """
        turn = self._turn(ratee)
        return turn is not Turn.OPEN and not (blank and self.handing_in and turn is Turn.ENDED)

    def open(self, ratee: str) -> "TurnStanding":
        """Open a ratee, for the first time or again."""
        turn = self._turn(ratee)
        if self.handing_in:
            raise WrongTurn("handing-in", "ballots are being handed in; nobody can be opened any more", ratee)
        if turn is Turn.OPEN:
            raise WrongTurn("is-open", f"{ratee} is open already", ratee)
        if self.current is not None:
            raise WrongTurn("other-open", f"{self.current} is open; end that turn first", self.current)
        return self._with({ratee: Turn.OPEN})

    def end(self, ratee: str) -> "TurnStanding":
        """End the turn of a ratee."""
        turn = self._turn(ratee)
        if turn is not Turn.OPEN:
            raise WrongTurn("not-open", f"{ratee} is {turn}, not open", ratee)
        return self._with({ratee: Turn.ENDED})

    def open_next(self) -> "TurnStanding":
        """End whoever is open, and open the first of those waiting."""
        if not self.waiting:
            raise WrongTurn("none-waiting", "nobody is waiting; next: minping turn hand-in")
        return self._with(self._ending() | {self.waiting[0]: Turn.OPEN})

    def pass_over(self, ratee: str) -> "TurnStanding":
        """Note that a waiting ratee is absent."""
        turn = self._turn(ratee)
        if turn is not Turn.WAITING:
            raise WrongTurn(
                "not-waiting", f"{ratee} is {turn}; only who is waiting can be passed over", ratee
            )
        return self._with({ratee: Turn.ABSENT})

    def hand_in(self) -> "TurnStanding":
        """End whoever is open and take ballots from here on, once nobody is waiting."""
        if self.handing_in:
            raise WrongTurn("handing-in", "ballots are being handed in already")
        if self.waiting:
            raise WrongTurn(
                "still-waiting", f"{len(self.waiting)} are waiting; open them or pass them over first"
            )
        return replace(self._with(self._ending()), handing_in=True)

    def resume(self) -> "TurnStanding":
        """Go on after a restore: ballots are not taken until that is opened again.

        Ballots that came after the backup are gone, and whoever cast them may need somebody opened again.
        """
        return replace(self, handing_in=False, revision=self.revision + _LEAP)

    def _turn(self, ratee: str) -> Turn:
        turn = self.by_ratee.get(ratee)
        if turn is None:
            raise WrongTurn("unknown", f'no ratee "{ratee}"', ratee)
        return turn

    def _ending(self) -> dict[str, Turn]:
        return {self.current: Turn.ENDED} if self.current else {}

    def _with(self, changed: Mapping[str, Turn]) -> "TurnStanding":
        turns = tuple((key, changed.get(key, turn)) for key, turn in self.turns)
        return replace(self, turns=turns, revision=self.revision + 1)


def standing_of(
    definition: Definition, stored: Mapping[str, str], *, handing_in: bool, revision: int
) -> TurnStanding:
    """Return how the ratees of a definition stand; whoever is not ``stored`` is waiting."""
    turns = tuple((ratee.key, Turn(stored.get(ratee.key, Turn.WAITING))) for ratee in definition.ratees)
    return TurnStanding(turns, handing_in, revision)


def begun(turns: Iterable[tuple[str, Turn]]) -> dict[str, str]:
    """Map whoever is not waiting any more to their turns: what is stored, and told to phones."""
    return {key: turn.value for key, turn in turns if turn is not Turn.WAITING}


def require_opened(form: BallotForm, ballot: Ballot, standing: TurnStanding) -> None:
    """Refuse a ballot that rates somebody who was never opened; raises ``InvalidBallot``."""
    opened = standing.opened
    faults = {
        line.name: FieldFault("not-opened", names=(line.ratee.name,))
        for line, position in zip(form.lines, ballot.ratings, strict=True)
        if position != BLANK and line.ratee.key not in opened
    }
    if faults:
        raise InvalidBallot(faults)
