"""Closing an assessment (办结): what is still open, what becomes of the talk notes, and the close itself."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.telling.open_ends import NOTES_END_WORDS, NotesEnd
from survey.domain.errors import BadYearRecord, WrongStage
from survey.secrecy.assessment_key import assessment_key_path
from survey.services.assessment.examining import sealing
from survey.services.assessment.telling import closing_year
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.assessment.stage_words import STAGES, missing_words
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.context import settings

from .open_end_words import open_end_words

_FAULTS = {
    "notes_end": _l("请选定谈话记录怎样处理。"),
    "copied": _l("请先请考核组把谈话记录手抄到纸上，抄完再勾选。"),
}


@blueprint.get("/a/<assessment_code>/end")
@seat_access(SeatAct.CLOSE_ASSESSMENT)
def end_of_year(assessment_code: str) -> ResponseReturnValue:
    """Show what is still open, and the close; of a closed year, how it was closed."""
    return _page(assessment_code)


@blueprint.post("/a/<assessment_code>/end")
@seat_access(SeatAct.CLOSE_ASSESSMENT)
def close_assessment(assessment_code: str) -> ResponseReturnValue:
    """Close the assessment once its code was typed; its key goes after that is stored."""
    if request.form.get("typed", "").strip() != assessment_code:
        return _page(assessment_code, 422, code_wrong=True)
    chosen = request.form.get("notes_end", NotesEnd.NONE.value)
    try:
        way = NotesEnd(chosen) if chosen in list(NotesEnd) else NotesEnd.NONE
        with transaction(write=True) as session:
            closing_year.close_assessment(
                session, assessment_code, way, by(), copied="copied" in request.form
            )
    except BadYearRecord as refused:
        return _page(assessment_code, 422, wrong=_FAULTS[next(iter(refused.faults))])
    except WrongStage:
        return _page(assessment_code, 409, wrong=_("已经办结，或者还没有定完等次，什么都没有改变。"))
    try:
        sealing.destroy_left_keys(settings().keys)
    except OSError:
        flash(_("已办结，但钥匙文件暂时删不掉，系统每分钟再试一次。请告知系统管理员。"), "warn")
    else:
        flash(_("已办结。结果不能再改，已有的都可以查看；已立的整改继续办。"), "good")
    return redirect(url_for("admin.end_of_year", assessment_code=assessment_code), 303)


def _page(
    assessment_code: str, status: int = 200, *, wrong: object = "", code_wrong: bool = False
) -> ResponseReturnValue:
    with transaction() as session:
        found = closing_year.year_close(session, assessment_code)
    definition = here().definition
    page = render_template(
        "admin/assessment/telling_end.html",
        assessment=found.assessment,
        found=found,
        missing=[missing_words(definition, one) for one in found.missing],
        ends=[open_end_words(definition, one) for one in found.ends],
        is_closed=found.assessment.stage is Stage.CLOSED,
        stage=STAGES[found.assessment.stage],
        ways=[(way, NOTES_END_WORDS[way]) for way in NotesEnd if way is not NotesEnd.NONE],
        notes_end=NOTES_END_WORDS[found.notes_end],
        has_key=assessment_key_path(settings().keys, assessment_code).exists(),
        chosen=request.form.get("notes_end", ""),
        copied="copied" in request.form,
        typed=request.form.get("typed", ""),
        wrong=wrong,
        code_wrong=code_wrong,
        day=here().moment,
    )
    return page, status
