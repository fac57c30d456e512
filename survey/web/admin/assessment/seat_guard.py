"""Who may go on within an assessment: its code in an address leads here before any view."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import AFTER_CLOSE, Seat, SeatAct, may_act
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import UnknownAssessment
from survey.services.assessment import seating
from survey.services.assessment.assessments import Assessment, current
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.words.times import moment
from survey.web.security import access

View = TypeVar("View", bound=Callable[..., Any])

CODE, UNIT, INDICATOR = "assessment_code", "unit_key", "indicator_key"
"""The parts of an address that are looked at; a page that is about a unit has it under this name."""


@dataclass(frozen=True)
class SeatedHere:
    """The assessment that a request is about, and the seats in it of whoever is logged in."""

    assessment: Assessment
    seats: tuple[Seat, ...]

    @property
    def definition(self) -> AssessmentDefinition:
        """Return the definition that holds."""
        return self.assessment.definition

    def moment(self, when: datetime) -> str:
        """Write a moment to the minute, in the assessment's time zone."""
        return moment(when, self.definition.time_zone)


def seat_access(act: SeatAct) -> Callable[[View], View]:
    """Declare which act a view of an assessment is; whoever has no seat for it finds no such page.

    It stands in the place of ``access``. What the address names, ``unit_key`` and ``indicator_key``, must be
    the seat's own too; what else it shows or takes, the view asks ``require_act`` and ``may_here``.
    """

    def declare(view: View) -> View:
        view.seat_act = act  # type: ignore[attr-defined]
        return access(Permission.HOLD_SEATS)(view)

    return declare


def declared_act(app: Flask, endpoint: str) -> SeatAct | None:
    """Return which act an endpoint declares, ``None`` where it declares none."""
    return getattr(app.view_functions[endpoint], "seat_act", None)


def require_seat(endpoint: str, arguments: Mapping[str, Any]) -> None:
    """Refuse with ``UnknownAssessment`` whoever has no seat for a page; ``guard`` asks before every view."""
    if CODE not in arguments:
        return
    with transaction() as session:
        assessment = current(session, arguments[CODE])
        seats = seating.seats_of(session, current_user.account, assessment)
    g.seated_here = SeatedHere(assessment, seats)
    act = declared_act(current_app, endpoint)
    unit, indicator = arguments.get(UNIT), arguments.get(INDICATOR)
    there = assessment.definition
    known = (unit is None or unit in there.unit) and (indicator is None or indicator in there.indicator)
    if act is None or not known or not may_act(seats, act, unit, indicator):
        raise UnknownAssessment(assessment.code)


def require_taking(endpoint: str) -> None:
    """Refuse with ``WrongStage`` a form of a closed assessment, whose page is none of ``AFTER_CLOSE``.

    Services ask for the stage under the lock; this answers for all pages, later ones too.
    """
    if request.method != "POST" or "seated_here" not in g:
        return
    if declared_act(current_app, endpoint) not in AFTER_CLOSE:
        open_ones = [stage for stage in Stage if stage is not Stage.CLOSED]
        assessment = here().assessment
        require_stage(assessment.code, assessment.stage, *open_ones, to="change")


def here() -> SeatedHere:
    """Return the assessment that the request is about, and one's seats in it."""
    found: SeatedHere = g.seated_here
    return found


def may_here(act: SeatAct, unit: str | None = None, indicator: str | None = None) -> bool:
    """Check whether one's seats here allow an act; ``None`` stands for any unit, for any indicator."""
    return "seated_here" in g and may_act(here().seats, act, unit, indicator)


def require_act(act: SeatAct, unit: str | None = None, indicator: str | None = None) -> None:
    """Refuse with ``UnknownAssessment``, a page that is not found, what one's seats here do not allow."""
    if not may_here(act, unit, indicator):
        raise UnknownAssessment(here().assessment.code)


@blueprint.context_processor
def _known() -> dict[str, object]:
    return {"SeatAct": SeatAct, "may_here": may_here}
