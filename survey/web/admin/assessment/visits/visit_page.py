"""The page of one visit: who may see it, its forms, and what was typed into one that was not taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, StringField, TextAreaField

from survey.domain.assessment.periods import month_of
from survey.domain.assessment.reports.number_text import write_number
from survey.domain.assessment.scoring.pace import planned
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.visits.visits import (
    OPEN_STATES,
    Visit,
    VisitPart,
    VisitPlace,
    VisitState,
    day_in,
)
from survey.domain.errors import UnknownYearRecord
from survey.services.assessment.assessments import in_force
from survey.services.assessment.closing import period_named
from survey.services.assessment.visits import visit_findings, visits
from survey.storage.database import transaction
from survey.web.admin.assessment.reports.evidence import may_see_file
from survey.web.admin.assessment.seat_guard import here, may_here
from survey.web.admin.assessment.views.shown_numbers import WRITTEN
from survey.web.admin.office_form import OfficeForm
from survey.web.context import now

from .visit_words import STATES

AGREES, EXPLAINS = "agrees", "explains"


class FindingForm(OfficeForm):
    """What a group found on the spot."""

    agrees = BooleanField(_l("与填报一致"))
    found = StringField(_l("核验数"))
    why = TextAreaField(_l("核验情况（看了什么、怎样核对、为什么有差异）"))
    persons = StringField(_l("见了哪些人"))


class AnswerForm(OfficeForm):
    """What a unit answers to a finding."""

    agrees = RadioField(
        _l("本单位的意见"),
        choices=[SelectChoice(AGREES, _l("认可核验数")), SelectChoice(EXPLAINS, _l("不认可，有说明"))],
        validate_choice=False,
    )
    text = TextAreaField(_l("说明"))


class RulingForm(OfficeForm):
    """Whether the office has a finding stand."""

    reason = TextAreaField(_l("理由"))


@dataclass
class SentForm:
    """What came of a form of a visit's page that was not done: the form, sentences, the status."""

    form: OfficeForm
    more: list[str] = field(default_factory=list)
    moved: str = ""

    @property
    def status(self) -> int:
        """Return the status of the page that shows it again."""
        return 409 if self.moved else 422


def may_see(known: Visit, part: VisitPart) -> bool:
    """Check whether one may see a finding, or an answer: what is not handed over is its writer's."""
    unit, indicator = known.place.task
    if part is VisitPart.ANSWER and known.answer is None:
        return may_here(SeatAct.ANSWER_FINDING, unit, indicator)
    return examines(known.place) or (known.is_sent and may_here(SeatAct.SEE_FINDINGS, unit, indicator))


def examines(place: VisitPlace) -> bool:
    """Check whether one is the office, or a group of the unit."""
    return may_here(SeatAct.PLAN_VISITS, *place.task) or may_here(SeatAct.VERIFY, *place.task)


def visible_visit(place: VisitPlace) -> Visit:
    """Return a visit that one may see; raises ``UnknownYearRecord``."""
    with transaction() as session:
        known = visits.visit_at(session, here().assessment, place)
    if not may_see(known, VisitPart.FINDING):
        raise UnknownYearRecord(f"{here().assessment.code} has no visit {place.about}")
    return known


def visit_address(place: VisitPlace) -> str:
    """Return the address of the page of a visit."""
    return url_for(
        "admin.visit",
        assessment_code=here().assessment.code,
        period=place.period,
        unit_key=place.unit,
        indicator_key=place.indicator,
    )


def shown_visit(place: VisitPlace, sent: SentForm | None = None) -> ResponseReturnValue:
    """Show a visit, also with a form that was not taken; raises ``UnknownYearRecord``."""
    known = visible_visit(place)
    with transaction() as session:
        period = period_named(here().assessment, place.period)
        assessment = in_force(session, here().assessment, period)
        reported = visit_findings.reported_of(session, assessment, place)
        target = assessment.targets.get(place.task)
        proofs = [
            one for one in visit_findings.proofs_of(session, assessment, place) if may_see_file(session, one)
        ]
        files = {
            part: visit_findings.files_of(session, assessment, place, part) if may_see(known, part) else []
            for part in VisitPart
        }
    # A number of a period before an amendment follows the definition that held then.
    then = assessment.definition
    definition = then if place.indicator in then.indicator else here().definition
    indicator = definition.indicator[place.indicator]
    form = sent.form if sent else None
    page = render_template(
        "admin/assessment/examining_visit.html",
        assessment=here().assessment,
        definition=definition,
        unit=here().definition.unit[place.unit],
        indicator=indicator,
        visit=known,
        state=STATES[known.state],
        State=VisitState,
        reported=known.finding.reported if known.finding and known.is_sent else reported,
        beside=visit_findings.written_beside(reported),
        target=target,
        plan=planned(indicator, target, month_of(period)) if target else None,
        proofs=proofs,
        photos=files[VisitPart.FINDING],
        papers=files[VisitPart.ANSWER],
        sent=sent,
        seen=request.form.get("seen", "") if sent and not sent.moved else known.last,
        finding_form=form if isinstance(form, FindingForm) else _finding_form(known, reported),
        answer_form=form if isinstance(form, AnswerForm) else AnswerForm(formdata=None),
        ruling_form=form if isinstance(form, RulingForm) else RulingForm(formdata=None),
        typed=_typed(form) if sent and sent.moved else {},
        finds=known.state in OPEN_STATES and may_here(SeatAct.VERIFY, *place.task),
        examines=examines(place),
        answers=known.state is VisitState.SENT and may_here(SeatAct.ANSWER_FINDING, *place.task),
        rules=may_here(SeatAct.PLAN_VISITS, *place.task),
        may_be_ruled=known.may_be_ruled(day_in(definition.time_zone, now())),
        today=day_in(definition.time_zone, now()),
        address=lambda endpoint, **more: url_for(
            endpoint,
            assessment_code=here().assessment.code,
            period=place.period,
            unit_key=place.unit,
            indicator_key=place.indicator,
            **more,
        ),
        **WRITTEN,
    )
    return page, sent.status if sent else 200


def _finding_form(known: Visit, reported: Fraction | None) -> FindingForm:
    """Return the form of a finding with what is on record of it, beside the number that is reported now."""
    finding = known.finding
    if finding is None:
        return FindingForm(formdata=None)
    agrees = finding.found == reported
    found = "" if agrees else write_number(finding.found)
    return FindingForm(formdata=None, agrees=agrees, found=found, why=finding.why, persons=finding.persons)


def _typed(form: OfficeForm | None) -> Mapping[object, str]:
    """Return the texts that somebody typed whose form is there no more, by the words of their fields."""
    return {
        one.label.text: one.data
        for one in form or ()
        if isinstance(one.data, str) and one.name != "csrf_token"
    }
