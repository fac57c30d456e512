"""Beginning an assessment: from the workbook, from a definition file, or from the last year's."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from survey.documents.export.files import SETUP_TEMPLATE
from survey.domain.accounts.roles import Permission
from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.seats import SeatAct, may_act
from survey.domain.errors import AssessmentExists, BadNumbers, InvalidDefinition
from survey.services.assessment import seating, setting_up
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .seat_guard import here, seat_access
from .setup_faults import ToldFault
from .setup_upload import LARGEST, SentSetup, sent_setup


class NextYearForm(OfficeForm):
    """What the next year's assessment has of its own."""

    title = StringField(_l("考核名称"), validators=[InputRequired(_l("请填写考核名称。")), Length(max=200)])
    code = StringField(
        _l("考核代号"),
        validators=[
            InputRequired(_l("请填写考核代号。")),
            Length(max=60, message=_l("考核代号不超过 60 个字符。")),
            Regexp(r"[a-z0-9-]+\Z", message=_l("只用小写字母、数字和 -，如 xian-2027。")),
        ],
    )


@blueprint.get("/new-assessment")
@access(Permission.ASSESS)
def new_assessment() -> ResponseReturnValue:
    """Show the ways to begin an assessment."""
    return _choice()


@blueprint.post("/new-assessment")
@largest_body(LARGEST)
@access(Permission.ASSESS)
def take_new_assessment() -> ResponseReturnValue:
    """Take a workbook or a definition file as a new draft, or say what is wrong where."""
    sent = sent_setup()
    if sent.faults:
        return _choice(422, sent.faults)
    try:
        with transaction(write=True) as session:
            made = setting_up.begin(session, sent.data, sent.rows, by(), current_user.account.unit)
    except (InvalidDefinition, BadNumbers) as refused:
        return _choice(422, sent.refused(refused))
    except AssessmentExists:
        return _choice(422, _taken(sent))
    flash(_("已建成草稿。请看一遍下面的汇总，没有问题就可以下达。"), "good")
    return redirect(url_for("admin.assessment_draft", assessment_code=made.code), 303)


@blueprint.get("/new-assessment/template.xlsx")
@access(Permission.ASSESS)
def setup_template() -> ResponseReturnValue:
    """Hand out the empty workbook."""
    from survey.documents.assessment.setup.setup_workbook import write_setup

    return named_attachment(write_setup(), SETUP_TEMPLATE)


@blueprint.route("/a/<assessment_code>/next-year", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def next_year(assessment_code: str) -> ResponseReturnValue:
    """Begin the next year's assessment: targets emptied, what was reached this year as its base."""
    definition = here().definition
    suggested = {
        "title": setting_up.a_year_on(definition.title, definition.year),
        "code": setting_up.a_year_on(definition.code, definition.year),
    }
    form = NextYearForm(data=suggested)
    if form.validate_on_submit():
        code, title = form.code.data or "", (form.title.data or "").strip()
        try:
            with transaction(write=True) as session:
                made = setting_up.copy_year(session, assessment_code, code, title, by())
        except AssessmentExists:
            form.code.errors = [*form.code.errors, _("已经有这个代号的考核，请换一个。")]
        except InvalidDefinition:
            form.title.errors = [*form.title.errors, _("名称里有看不见的字符，请重新输入。")]
        else:
            flash(
                _("已建成草稿。请填好年度目标：在“年度目标”里逐项填，或下载设置工作簿填好再传上来。"), "good"
            )
            return redirect(url_for("admin.assessment_draft", assessment_code=made.code), 303)
    campaigns = [one for one in definition.components if one.source is ComponentSource.CAMPAIGN]
    page = render_template(
        "admin/assessment/next_year.html",
        form=form,
        assessment=here().assessment,
        campaigns=[(one.label, setting_up.a_year_on(one.campaign, definition.year)) for one in campaigns],
    )
    return page, 422 if form.errors else 200


def _taken(sent: SentSetup) -> list[ToldFault]:
    code = str(sent.data["assessment"]["code"])
    cell = sent.workbook.places.get("assessment.code") if sent.workbook else None
    said = _("已经有代号为 %(code)s 的考核，请换一个代号。要改草稿的，到那次考核的“设置”页上传。", code=code)
    return [ToldFault(cell.place if cell else "assessment.code", code, str(said))]


def _choice(status: int = 200, faults: Sequence[ToldFault] = ()) -> ResponseReturnValue:
    with transaction() as session:
        known = seating.open_assessments(session, current_user.account)
    former = [one.listed for one in known if may_act(one.seats, SeatAct.SET_UP)]
    page = render_template("admin/assessment/new.html", faults=faults, former=former)
    return page, status
