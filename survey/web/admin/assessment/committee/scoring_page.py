"""Scoring the year: what the record would rest on, go without and change; and making it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import ChangedMeanwhile, ReasonMissing, WrongStage
from survey.services.assessment.committee import scoring
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import seat_access
from survey.web.admin.assessment.views.shown_numbers import WRITTEN
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm

from .committee_words import change_words, gap_words, step_words, task_names

MAX_REASON = 500
SHOWN = 60
"""So many changes are listed one by one."""


class ScoringForm(OfficeForm):
    """Why a later score record is made, and what was seen before."""

    reason = TextAreaField(
        _l("重新计分的原因"),
        filters=[lambda typed: typed.strip() if typed else ""],
        validators=[Length(max=MAX_REASON, message=_l("原因不超过 500 个字。"))],
        render_kw={"rows": 3, "maxlength": MAX_REASON},
    )
    mark = HiddenField()


@blueprint.get("/a/<assessment_code>/score")
@seat_access(SeatAct.SCORE)
def scoring_page(assessment_code: str) -> ResponseReturnValue:
    """Show what a score record would rest on, go without and change."""
    return _page(assessment_code, ScoringForm())


@blueprint.post("/a/<assessment_code>/score")
@seat_access(SeatAct.SCORE)
def make_score_record(assessment_code: str) -> ResponseReturnValue:
    """Make the score record that was shown, or say what came meanwhile."""
    form = ScoringForm()
    if not form.validate():
        return _page(assessment_code, form, status=422)
    try:
        with transaction(write=True) as session:
            made = scoring.score_as_seen(
                session, assessment_code, by(), form.reason.data or "", form.mark.data or ""
            )
    except ReasonMissing:
        form.reason.errors = [_("请写明为什么重新计分。")]
        return _page(assessment_code, form, status=422)
    except ChangedMeanwhile:
        refusal = _("没有计分：您看这一页以后，数据或计分结果又有变化。请看现在的情况，再计分。")
        return _page(assessment_code, form, refusal, 409)
    except WrongStage:
        return _page(assessment_code, form, _("没有计分：现在不能计分，原因见下。"), 409)
    flash(_("第 %(number)s 号计分结果已存档，请两人签字。", number=made.number), "good")
    return redirect(url_for("admin.score_record", assessment_code=assessment_code, number=made.number), 303)


def _page(
    assessment_code: str, form: ScoringForm, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    with transaction() as session:
        found = scoring.preview(session, assessment_code)
    definition = found.assessment.definition
    form.mark.data = found.mark
    waiting = list(dict.fromkeys((unit, indicator) for _period, unit, indicator in found.waiting))
    page = render_template(
        "admin/assessment/committee_scoring.html",
        found=found,
        definition=definition,
        form=form,
        refusal=refusal,
        gaps=gap_words(definition, found.gaps),
        waiting=task_names(definition, waiting),
        steps=[step_words(definition, step, units) for step, units in found.steps.items()],
        came=[change_words(definition, one) for one in found.came[:SHOWN]],
        more=max(0, len(found.came) - SHOWN),
        **WRITTEN,
    )
    return page, status
