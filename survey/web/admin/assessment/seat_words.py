"""Seats in words: what a part is called, and what a seat is about."""

from flask_babel import gettext

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.reports.seat_list import written_keys
from survey.domain.assessment.seats import PART_WORDS, WITH_KEYS, Seat, SeatPart


def part_name(part: SeatPart) -> str:
    """Return what a part is called."""
    return str(gettext(PART_WORDS[part]))


def reach_words(definition: AssessmentDefinition, seat: Seat) -> str:
    """Return what a seat is about; empty where it is about the whole assessment."""
    return written_keys(definition, seat.part, seat.keys) if seat.part in WITH_KEYS else ""
