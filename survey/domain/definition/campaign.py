"""A campaign: its frozen definition and the states it passes through."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from survey.domain.errors import WrongState

from .form import Criterion, Group, Question, Quota, Ratee, Section
from .rounding import Rounding
from .scale import Rate, Scale
from .weighting import Missing


class State(StrEnum):
    """Where a campaign stands; it only ever moves down this list."""

    DRAFT = "draft"
    ARMED = "armed"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    CERTIFIED = "certified"
    SHREDDING = "shredding"
    SHREDDED = "shredded"


class Publication(StrEnum):
    """Who may read results: all, holders of the link, or each person rated their own."""

    NONE = "none"
    PUBLIC = "public"
    LINK = "link"
    PERSON = "person"
    WITHDRAWN = "withdrawn"


class Custody(StrEnum):
    """Who keeps the private key of the box."""

    SERVER = "server"
    SCRUTINEERS = "scrutineers"


class EntryMode(StrEnum):
    """How voters come by their codes."""

    CODES = "codes"
    OPEN = "open"


class BlankRule(StrEnum):
    """What an empty line is."""

    ALLOW = "allow"
    ABSTAIN = "abstain"
    REQUIRE = "require"


class Spoiling(StrEnum):
    """What makes a returned ballot invalid."""

    ALL_BLANK = "all-blank"
    ALL_SAME = "all-same"
    ALL_TOP = "all-top"


class SmallGroups(StrEnum):
    """What happens to a group of which too few answered."""

    WITHHOLD = "withhold"
    MERGE = "merge"
    SHOW = "show"


@dataclass(frozen=True)
class Band:
    """A name for all scores from ``at_least`` up."""

    key: str
    label: str
    at_least: Fraction


@dataclass(frozen=True)
class Rules:
    """How ballots are judged."""

    blank: BlankRule = BlankRule.ALLOW
    spoiled_if: frozenset[Spoiling] = frozenset()


@dataclass(frozen=True)
class ResultRules:
    """How results are worked out and what of them may be shown."""

    minimum_cell: int = 5
    rounding: Rounding = field(default_factory=Rounding)
    missing_group: Missing = Missing.RENORMALISE
    small_groups: SmallGroups = SmallGroups.WITHHOLD
    rank: bool = False
    bands: tuple[Band, ...] = ()

    def band(self, score: Decimal | None) -> Band | None:
        """Return the first band that a rounded score reaches."""
        if score is None:
            return None
        return next((band for band in self.bands if Fraction(score) >= band.at_least), None)


@dataclass(frozen=True)
class Line:
    """One criterion of one ratee: what one rating answers."""

    ratee: Ratee
    section: Section
    criterion: Criterion
    scale: Scale

    @property
    def name(self) -> str:
        """Return the name of its field on the ballot."""
        return f"{self.ratee.key}.{self.criterion.key}"

    @property
    def key(self) -> tuple[str, str]:
        """Return the keys of ratee and criterion."""
        return self.ratee.key, self.criterion.key


@dataclass(frozen=True)
class Definition:
    """Everything that is fixed about a campaign before it opens; ``digest`` names exactly this text."""

    digest: str
    code: str
    title: str
    organiser: str
    time_zone: str
    instructions: str
    entry: EntryMode
    opens_at: datetime | None
    closes_at: datetime | None
    ceiling: int
    groups: tuple[Group, ...]
    scales: tuple[Scale, ...]
    rates: tuple[Rate, ...]
    sections: tuple[Section, ...]
    ratees: tuple[Ratee, ...]
    quotas: tuple[Quota, ...]
    questions: tuple[Question, ...]
    rules: Rules
    results: ResultRules

    @cached_property
    def group(self) -> dict[str, Group]:
        """Map keys to rater groups."""
        return {group.key: group for group in self.groups}

    @cached_property
    def scale(self) -> dict[str, Scale]:
        """Map keys to scales."""
        return {scale.key: scale for scale in self.scales}

    @cached_property
    def section(self) -> dict[str, Section]:
        """Map keys to sections."""
        return {section.key: section for section in self.sections}

    @cached_property
    def ratee(self) -> dict[str, Ratee]:
        """Map keys to ratees."""
        return {ratee.key: ratee for ratee in self.ratees}

    @cached_property
    def question(self) -> dict[str, Question]:
        """Map keys to questions."""
        return {question.key: question for question in self.questions}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """List all lines: ratees as defined, within each the criteria of its section."""
        return tuple(
            Line(ratee, section, criterion, self.scale[section.scale])
            for ratee in self.ratees
            for section in (self.section[ratee.section],)
            for criterion in section.criteria
        )

    @cached_property
    def lines_of(self) -> dict[str, tuple[Line, ...]]:
        """Map each rater group to the lines that it may rate, in order."""
        found: dict[str, list[Line]] = {group.key: [] for group in self.groups}
        for line in self.lines:
            for key in line.ratee.groups:
                found[key].append(line)
        return {key: tuple(lines) for key, lines in found.items()}

    @cached_property
    def breakdowns(self) -> tuple[Question, ...]:
        """List the questions whose options every cell is broken down by."""
        return tuple(question for question in self.questions if question.breakdown)

    def rates_of(self, scale: Scale) -> tuple[Rate, ...]:
        """List the rates taken on a scale."""
        return tuple(rate for rate in self.rates if rate.scale == scale.key)

    def ratees_of(self, section: Section, group: str | None = None) -> tuple[Ratee, ...]:
        """List a section's ratees, or those of them that a group may rate."""
        return tuple(
            ratee
            for ratee in self.ratees
            if ratee.section == section.key and (group is None or group in ratee.groups)
        )

    def questions_of(self, group: str) -> tuple[Question, ...]:
        """List the questions that a group is asked."""
        return tuple(question for question in self.questions if group in question.groups)


@dataclass(frozen=True)
class Campaign:
    """A campaign as it stands: its definition, its state, and the public key of its box.

    ``shaken`` tells that the box was mixed after the close, ``forgotten`` that the database's files then
    forgot the old order, ``held`` that a restore keeps voters out until an owner opens the campaign again.
    ``unit`` is whose campaign it is; ``trial_of`` the code of the campaign that this one only tries out;
    ``extended_to`` the end that was moved while voting ran.
    """

    id: int
    definition: Definition
    state: State
    custody: Custody | None
    public_key: bytes | None
    shaken: bool
    forgotten: bool
    held: bool
    publication: Publication
    unit: str = ""
    trial_of: str | None = None
    extended_to: datetime | None = None

    @property
    def code(self) -> str:
        """Return the campaign's code."""
        return self.definition.code

    @property
    def is_trial(self) -> bool:
        """Return whether this campaign only tries another one out."""
        return self.trial_of is not None

    @property
    def is_published(self) -> bool:
        """Return whether somebody outside the office may read results now."""
        return self.publication not in (Publication.NONE, Publication.WITHDRAWN)

    @property
    def closes_at(self) -> datetime | None:
        """Return when voting ends by the clock, as extended last."""
        return self.extended_to or self.definition.closes_at

    def require(self, *states: State, to: str) -> None:
        """Refuse with ``WrongState`` unless the campaign is in one of these states; ``to`` names the act."""
        if self.state not in states:
            raise WrongState(f"cannot {to}: {self.code} is {self.state}; {NEXT_STEP[self.state]}")


NEXT_STEP = {
    State.DRAFT: "next: minping campaign arm",
    State.ARMED: "next: minping token issue, then minping campaign open",
    State.OPEN: "next: minping campaign close",
    State.CLOSED: "next: minping campaign count",
    State.COUNTED: "next: minping campaign certify",
    State.CERTIFIED: "next: minping campaign shred",
    State.SHREDDING: "next: minping campaign shred, which goes on where it stopped",
    State.SHREDDED: "next: minping results or minping campaign publish",
}
"""What a person would do next, by state; printed with every refusal of a wrong state."""
