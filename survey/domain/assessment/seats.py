"""Seats: who takes which part in an assessment, and the one table of what each part may do."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from survey.domain.definition.schema import N_

from .definition import AssessmentDefinition
from .indicators import Indicator, Reporter


class SeatPart(StrEnum):
    """What an account is in an assessment; the values are stored, and stand in the log."""

    OFFICE = "office"
    REPORTER = "reporter"
    APPROVER = "approver"
    LEAD = "lead"
    GROUP = "group"
    LEADER = "leader"
    COMMITTEE = "committee"
    READER = "reader"
    SIGNER = "signer"


PART_WORDS: Mapping[SeatPart, str] = {
    SeatPart.OFFICE: N_("考核办"),
    SeatPart.REPORTER: N_("填报人"),
    SeatPart.APPROVER: N_("审核人"),
    SeatPart.LEAD: N_("牵头部门"),
    SeatPart.GROUP: N_("考核组"),
    SeatPart.LEADER: N_("包抓领导"),
    SeatPart.COMMITTEE: N_("考核委员会"),
    SeatPart.READER: N_("查阅人"),
    SeatPart.SIGNER: N_("签字人"),
}

BY_ROLE = frozenset({SeatPart.SIGNER})
"""Held by whoever signs the unit's counts, and never given."""
OF_UNITS = frozenset({SeatPart.REPORTER, SeatPart.APPROVER, SeatPart.GROUP})
"""The parts that are about units: their keys are units."""
OF_DEPARTMENTS = frozenset({SeatPart.LEAD})
"""The parts that are about what a department, or a unit, answers for; or about single indicators."""
OF_LEADERS = frozenset({SeatPart.LEADER})
"""The parts that are about what a leader is in charge of: a leader's name, units, indicators."""
WITH_KEYS = OF_UNITS | OF_DEPARTMENTS | OF_LEADERS
GIVEN = tuple(part for part in SeatPart if part not in BY_ROLE)
"""The parts that an office gives."""


class SeatAct(StrEnum):
    """What somebody may do in an assessment; each page declares the one that it asks for."""

    OPEN = "open"
    SEE_PUBLISHED = "see-published"
    SET_UP = "set-up"
    GIVE_SEATS = "give-seats"
    SEE_TARGETS = "see-targets"
    REPORT = "report"
    SIGN_OFF = "sign-off"
    SEE_NUMBERS = "see-numbers"
    SEE_EVIDENCE = "see-evidence"
    COMMENT = "comment"
    NOTE = "note"
    ACCEPT = "accept"
    REMIND = "remind"
    CLOSE_PERIOD = "close-period"
    SEE_STANDING = "see-standing"
    ENTER = "enter"
    SEE_ENTRIES = "see-entries"
    SEE_YEAR_END = "see-year-end"
    HOLD_CONFERENCE = "hold-conference"
    PLAN_VISITS = "plan-visits"
    VERIFY = "verify"
    SEE_FINDINGS = "see-findings"
    ANSWER_FINDING = "answer-finding"
    SEE_TALKS = "see-talks"
    HOLD_TALKS = "hold-talks"
    READ_TALKS = "read-talks"
    ANALYSE = "analyse"
    SEE_ANALYSES = "see-analyses"
    HAND_IN_STATEMENT = "hand-in-statement"
    SEE_STATEMENTS = "see-statements"
    RETURN_STATEMENT = "return-statement"
    FILL_SHEETS = "fill-sheets"
    SEE_SHEETS = "see-sheets"
    SCORE = "score"
    SIGN_RECORD = "sign-record"
    SEE_SCORES = "see-scores"
    SEE_PROPOSAL = "see-proposal"
    RECORD_DECISION = "record-decision"
    TELL = "tell"
    SEE_LETTERS = "see-letters"
    RECEIVE_LETTER = "receive-letter"
    ANSWER_TASKS = "answer-tasks"
    PUBLISH = "publish"
    CLOSE_ASSESSMENT = "close-assessment"
    PRINT = "print"
    READ_ACTS = "read-acts"


_FOLLOWING_UP = frozenset({SeatAct.TELL, SeatAct.RECEIVE_LETTER, SeatAct.ANSWER_TASKS})
"""The acts by which what units were told is seen to its end: letters received, tasks answered and closed."""
AFTER_CLOSE = _FOLLOWING_UP | {
    *(SeatAct.GIVE_SEATS, SeatAct.SET_UP, SeatAct.PUBLISH, SeatAct.PRINT, SeatAct.CLOSE_ASSESSMENT)
}
"""The acts whose pages take forms of a closed assessment: beside these they change who may look at it, or
another one. No act of them changes its result."""

_ALL = frozenset(SeatPart)
_OFFICE = frozenset({SeatPart.OFFICE})
_UNIT = frozenset({SeatPart.REPORTER, SeatPart.APPROVER})
_GROUP = frozenset({SeatPart.GROUP})
_NUMBERS = _OFFICE | _UNIT | _GROUP | {SeatPart.LEAD, SeatPart.LEADER}

_PARTS_WITH: Mapping[SeatAct, frozenset[SeatPart]] = {
    SeatAct.OPEN: _ALL,
    SeatAct.SEE_PUBLISHED: _ALL,
    SeatAct.SET_UP: _OFFICE,
    SeatAct.GIVE_SEATS: _OFFICE,
    SeatAct.SEE_TARGETS: _NUMBERS,
    # Whose number it is says the indicator's source: may_report.
    SeatAct.REPORT: _OFFICE | {SeatPart.REPORTER, SeatPart.LEAD},
    SeatAct.SIGN_OFF: frozenset({SeatPart.APPROVER}),
    SeatAct.SEE_NUMBERS: _NUMBERS,
    SeatAct.SEE_EVIDENCE: _NUMBERS,
    SeatAct.COMMENT: frozenset({SeatPart.LEAD}),
    SeatAct.NOTE: frozenset({SeatPart.LEADER}),
    SeatAct.ACCEPT: _OFFICE,
    SeatAct.REMIND: _OFFICE,
    SeatAct.CLOSE_PERIOD: _OFFICE,
    # A unit's own line of the bulletin; the office has them all.
    SeatAct.SEE_STANDING: _OFFICE | _UNIT | {SeatPart.LEADER},
    SeatAct.ENTER: _OFFICE,
    SeatAct.SEE_ENTRIES: _OFFICE | {SeatPart.SIGNER, SeatPart.COMMITTEE},
    # Whose keys are indicators reaches no unit by itself: leads and leaders have pages of their own.
    SeatAct.SEE_YEAR_END: _OFFICE | _UNIT | _GROUP | {SeatPart.COMMITTEE},
    SeatAct.HOLD_CONFERENCE: _OFFICE,
    SeatAct.PLAN_VISITS: _OFFICE,
    SeatAct.VERIFY: _GROUP,
    SeatAct.SEE_FINDINGS: _OFFICE | _UNIT | _GROUP,
    SeatAct.ANSWER_FINDING: frozenset({SeatPart.REPORTER}),
    # The office sees everything but what was said in talks; of readers, one alone whom it named reads.
    SeatAct.SEE_TALKS: _OFFICE | _GROUP | {SeatPart.READER},
    SeatAct.HOLD_TALKS: _GROUP,
    SeatAct.READ_TALKS: _GROUP | {SeatPart.READER},
    SeatAct.ANALYSE: _GROUP,
    SeatAct.SEE_ANALYSES: _OFFICE | _GROUP | {SeatPart.COMMITTEE},
    SeatAct.HAND_IN_STATEMENT: frozenset({SeatPart.REPORTER}),
    SeatAct.SEE_STATEMENTS: _OFFICE | _UNIT | _GROUP,
    SeatAct.RETURN_STATEMENT: _OFFICE | _GROUP,
    SeatAct.FILL_SHEETS: frozenset({SeatPart.LEAD, SeatPart.LEADER}),
    SeatAct.SEE_SHEETS: _OFFICE,
    SeatAct.SCORE: _OFFICE,
    SeatAct.SIGN_RECORD: frozenset({SeatPart.SIGNER}),
    SeatAct.SEE_SCORES: _OFFICE | {SeatPart.SIGNER, SeatPart.COMMITTEE},
    SeatAct.SEE_PROPOSAL: _OFFICE | {SeatPart.COMMITTEE},
    # The committee decides in its room; the office puts it on record with the minutes' number.
    SeatAct.RECORD_DECISION: _OFFICE,
    SeatAct.TELL: _OFFICE,
    SeatAct.SEE_LETTERS: _OFFICE | _UNIT,
    # The office cannot acknowledge for a unit.
    SeatAct.RECEIVE_LETTER: _UNIT,
    SeatAct.ANSWER_TASKS: frozenset({SeatPart.REPORTER}),
    SeatAct.PUBLISH: _OFFICE,
    SeatAct.CLOSE_ASSESSMENT: _OFFICE,
    SeatAct.PRINT: _OFFICE,
    SeatAct.READ_ACTS: _OFFICE,
}

_REPORTING = {
    Reporter.UNIT: SeatPart.REPORTER,
    Reporter.LEAD: SeatPart.LEAD,
    Reporter.OFFICE: SeatPart.OFFICE,
}


@dataclass(frozen=True)
class Seat:
    """An account's part in an assessment, with the ``keys`` that it is about, as they were given.

    ``units`` and ``indicators`` are what these keys reach under the definition that holds (``placed``).
    """

    account_id: int
    assessment: str
    part: SeatPart
    keys: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()

    def reaches(self, unit: str | None = None, indicator: str | None = None) -> bool:
        """Check whether a unit and an indicator are its own; ``None`` stands for any one of them."""
        own_unit = bool(self.units) if unit is None else unit in self.units
        own_indicator = bool(self.indicators) if indicator is None else indicator in self.indicators
        if self.part in OF_UNITS:
            return own_unit
        if self.part in OF_DEPARTMENTS:
            return own_indicator
        return own_unit or own_indicator if self.part in OF_LEADERS else True


def parts_with(act: SeatAct) -> frozenset[SeatPart]:
    """Return the parts that may do an act, each with what it is about."""
    return _PARTS_WITH[act]


def may_act(
    seats: Iterable[Seat], act: SeatAct, unit: str | None = None, indicator: str | None = None
) -> bool:
    """Check whether seats allow an act on a unit, on an indicator, or on one of a unit's numbers.

    ``None`` stands for any: whether there is at least one on which they do. What a page shows of several
    units or indicators it asks for each: a lead sees its own indicators of every unit, and no others.
    """
    parts = parts_with(act)
    return any(seat.part in parts and seat.reaches(unit, indicator) for seat in seats)


def may_report(seats: Iterable[Seat], unit: str, indicator: Indicator) -> bool:
    """Check whether seats allow reporting a unit's number: whose it is says the indicator's source."""
    part = _REPORTING[indicator.source]
    return may_act([seat for seat in seats if seat.part is part], SeatAct.REPORT, unit, indicator.key)


def units_within(seats: Collection[Seat], act: SeatAct, definition: AssessmentDefinition) -> list[str]:
    """Return the units, as defined, on which seats allow an act for at least one indicator."""
    return [unit.key for unit in definition.units if may_act(seats, act, unit.key)]


def indicators_within(
    seats: Collection[Seat], act: SeatAct, definition: AssessmentDefinition, unit: str | None = None
) -> list[str]:
    """Return the indicators, as defined, on which seats allow an act, for a unit or for at least one."""
    return [one.key for one in definition.indicators if may_act(seats, act, unit, one.key)]


def placed(seat: Seat, definition: AssessmentDefinition) -> Seat:
    """Return a seat with what its keys reach under a definition; a key that names nothing reaches nothing."""
    keys = set(seat.keys)
    units, indicators = (
        frozenset(keys & definition.unit.keys()),
        frozenset(keys & definition.indicator.keys()),
    )
    if seat.part in OF_UNITS:
        return replace(seat, units=units)
    if seat.part in OF_DEPARTMENTS:
        led = {one.key for one in definition.indicators if one.lead in keys}
        return replace(seat, indicators=indicators | led)
    if seat.part in OF_LEADERS:
        led = {one.key for one in definition.indicators if one.leader in keys}
        held = {one.key for one in definition.units if one.leader in keys}
        return replace(seat, units=units | held, indicators=indicators | led)
    return seat


def keys_offered(part: SeatPart, definition: AssessmentDefinition) -> dict[str, str]:
    """Return what a seat of a part may be about, each key with what people call it, in the order defined."""
    units = {one.key: one.label for one in definition.units}
    indicators = {one.key: one.label for one in definition.indicators}
    if part in OF_UNITS:
        return units
    if part in OF_DEPARTMENTS:
        leads = {one.lead: definition.party(one.lead) for one in definition.indicators if one.lead}
        return {one.key: one.label for one in definition.departments} | leads | indicators
    if part in OF_LEADERS:
        named = [*(one.leader for one in definition.units), *(one.leader for one in definition.indicators)]
        return {name: name for name in named if name} | units | indicators
    return {}
