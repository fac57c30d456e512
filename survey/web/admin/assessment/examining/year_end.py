"""The year's end at a glance: the four steps of every unit that one may see, and where each is done."""

from dataclasses import dataclass

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.domain.assessment.definition import UnitClass
from survey.domain.assessment.examining.year_steps import (
    STEP_STATE_WORDS,
    STEP_WORDS,
    StepState,
    YearEnd,
    YearStep,
)
from survey.domain.assessment.seats import SeatAct, units_within
from survey.services.assessment.examining import unit_statements, year_end
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import declared_act, here, may_here, seat_access
from survey.web.admin.assessment.views.shown_numbers import asked_class
from survey.web.admin.blueprint import blueprint

from .statement_words import STATEMENT_STATES

VISITS_PAGES = ("admin.visit_plans", "admin.my_visits", "admin.findings")
_PAGES = {
    YearStep.CONFERENCE: ("admin.conferences",),
    YearStep.TALKS: ("admin.talks",),
    YearStep.VISITS: VISITS_PAGES,
    YearStep.ANALYSIS: ("admin.analyses",),
}
NAMED = 20
"""So many units are named of those that a step lacks; how many there are is said in any case."""


@dataclass(frozen=True)
class ShownStep:
    """A step as the page sums it up: its page, of how many units it is on record, and of which it is not."""

    step: YearStep
    path: str
    done: int
    missing: list[str]

    @property
    def state(self) -> StepState:
        """Return how far it has come for all these units together."""
        if not self.missing:
            return StepState.DONE
        return StepState.BEGUN if self.done else StepState.NONE


@blueprint.get("/a/<assessment_code>/year-end")
@seat_access(SeatAct.SEE_YEAR_END)
def year_end_steps(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show how far the year's end has come, step by step and unit by unit, of one's own units."""
    assessment, definition = here().assessment, here().definition
    own = set(own_units())
    with transaction() as session:
        found = year_end.year_end(session, assessment)
        statements = unit_statements.statements(session, assessment)
        sheets = year_end.sheet_fills(session, assessment) if may_here(SeatAct.SEE_SHEETS) else []
    class_key = asked_class(definition, request.args.get("class", ""))
    rows = [one for one in definition.units if one.key in own and class_key in ("", one.class_key)]
    return render_template(
        "admin/assessment/examining_year_end.html",
        assessment=assessment,
        definition=definition,
        steps=[_shown(step, found, [one.key for one in rows]) for step in YearStep],
        rows=rows,
        standing=found.standing,
        statements=statements if may_here(SeatAct.SEE_STATEMENTS) else {},
        statement_states=STATEMENT_STATES,
        sheets=sheets,
        sheets_path=page_of("admin.score_sheets"),
        classes=own_classes(own),
        class_key=class_key,
        step_words=STEP_WORDS,
        state_words=STEP_STATE_WORDS,
        counted=may_here(SeatAct.ANALYSE) or may_here(SeatAct.HOLD_CONFERENCE),
        named=NAMED,
    )


def own_units(act: SeatAct = SeatAct.SEE_YEAR_END) -> list[str]:
    """Return the units, as defined, that one's seats reach with an act."""
    return units_within(here().seats, act, here().definition)


def own_classes(units: set[str]) -> list[UnitClass]:
    """Return the classes that some units are of, as defined."""
    definition = here().definition
    keys = {definition.unit[unit].class_key for unit in units}
    return [one for one in definition.classes if one.key in keys]


def page_of(*endpoints: str) -> str:
    """Return the path of the first of some pages of the assessment that one's seats open, empty for none."""
    for endpoint in endpoints:
        act = declared_act(current_app, endpoint)
        if act is not None and may_here(act):
            return url_for(endpoint, assessment_code=here().assessment.code)
    return ""


def _shown(step: YearStep, found: YearEnd, units: list[str]) -> ShownStep:
    missing = found.missing(step, units)
    labels = [here().definition.unit[key].label for key in missing]
    return ShownStep(step, page_of(*_PAGES[step]), len(units) - len(missing), labels)
