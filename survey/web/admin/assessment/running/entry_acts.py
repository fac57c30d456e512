"""One entry, veto or typed-in value by hand, and taking one back with a reason."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadNumbers, CellFault, ReasonMissing, WrongStage
from survey.services.assessment.assessments import TAKING
from survey.services.assessment.reports import entry_files
from survey.services.assessment.running import year_entries
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm, row_number

from .entries import tell_odd, too_early
from .entry_words import act_words, entry_fault_words, item_limits

_ROW = "row"


def _one_line(typed: str | None) -> str:
    return " ".join(typed_text(typed or "", MAX_NOTE + 1).split())


_ASKED = (DataRequired(_l("没有填。请填上。")), Length(max=MAX_NOTE, message=_l("最多 2000 个字。")))


class EntryForm(OfficeForm):
    """What every act says: of which unit it is."""

    unit = SelectField(_l("单位"), validators=[DataRequired(_l("请选择单位。"))])

    def offer(self, definition: AssessmentDefinition) -> None:
        """Fill in what there is to choose."""
        self.unit.choices = [("", _("请选择")), *((one.key, one.label) for one in definition.units)]


class PointsForm(EntryForm):
    """A bonus or a deduction."""

    item = SelectField(_l("加减分项"), validators=[DataRequired(_l("请选择加减分项。"))])
    points = StringField(
        _l("分值"),
        filters=[_one_line],
        validators=_ASKED,
        render_kw={"inputmode": "text", "autocomplete": "off"},
    )
    reason = TextAreaField(_l("事由"), filters=[_one_line], validators=_ASKED, render_kw={"rows": 2})
    evidence = StringField(_l("依据的文件"), filters=[_one_line], validators=_ASKED)
    approver = StringField(_l("批准人"), filters=[_one_line], validators=_ASKED)
    decided_on = StringField(_l("决定日期"), validators=_ASKED, render_kw={"type": "date"})

    def offer(self, definition: AssessmentDefinition) -> None:
        """Fill in what there is to choose."""
        super().offer(definition)
        items = ((one.key, _with(one.label, item_limits(one))) for one in definition.items)
        self.item.choices = [("", _("请选择")), *items]


class VetoForm(EntryForm):
    """A unit's veto."""

    band = SelectField(_l("定为等次"), validators=[DataRequired(_l("请选择等次。"))])
    grounds = TextAreaField(_l("否决事由"), filters=[_one_line], validators=_ASKED, render_kw={"rows": 2})
    evidence = StringField(_l("依据的文件"), filters=[_one_line], validators=_ASKED)
    committee = StringField(_l("决定机构"), filters=[_one_line], validators=_ASKED)
    decided_on = StringField(_l("决定日期"), validators=_ASKED, render_kw={"type": "date"})

    def offer(self, definition: AssessmentDefinition) -> None:
        """Fill in what there is to choose."""
        super().offer(definition)
        bands = ((one.key, one.label) for one in definition.composite.bands)
        self.band.choices = [("", _("请选择")), *bands]


class ValueForm(EntryForm):
    """A component's value that is typed in."""

    component = SelectField(_l("组成部分"), validators=[DataRequired(_l("请选择组成部分。"))])
    value = StringField(
        _l("得分"),
        filters=[_one_line],
        validators=_ASKED,
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    document = StringField(_l("依据的文件"), filters=[_one_line], validators=_ASKED)

    def offer(self, definition: AssessmentDefinition) -> None:
        """Fill in what there is to choose: parts that are typed in first."""
        super().offer(definition)
        stands_in = str(_("另有来源，只在没有结果时用"))
        parts = sorted(definition.components, key=lambda one: one.source is not ComponentSource.ENTERED)
        self.component.choices = [
            ("", _("请选择")),
            *(
                (one.key, _with(one.label, "" if one.source is ComponentSource.ENTERED else stands_in))
                for one in parts
            ),
        ]


@blueprint.route("/a/<assessment_code>/entries/points", methods=["GET", "POST"])
@seat_access(SeatAct.ENTER)
def enter_points(assessment_code: str) -> ResponseReturnValue:
    """Put a bonus or a deduction on record."""
    hint = _("加分填正数，减分填负数，如 -0.5。")
    return _entered(assessment_code, PointsForm(), _("记一笔加减分"), {"points": hint})


@blueprint.route("/a/<assessment_code>/entries/veto", methods=["GET", "POST"])
@seat_access(SeatAct.ENTER)
def enter_veto(assessment_code: str) -> ResponseReturnValue:
    """Put a unit's veto on record."""
    hint = _("不论总分多少，都定为这一等次，也不占名次。")
    return _entered(assessment_code, VetoForm(), _("记一票否决"), {"band": hint})


@blueprint.route("/a/<assessment_code>/entries/value", methods=["GET", "POST"])
@seat_access(SeatAct.ENTER)
def enter_value(assessment_code: str) -> ResponseReturnValue:
    """Put a component's value that is typed in on record."""
    return _entered(assessment_code, ValueForm(), _("直接录入得分"), {"value": _("一般在 0 到 100 之间。")})


@blueprint.route("/a/<assessment_code>/entries/<number>/take-back", methods=["GET", "POST"])
@seat_access(SeatAct.ENTER)
def take_back_entry(assessment_code: str, number: str) -> ResponseReturnValue:
    """Take an act back once a reason was given; it stays on record."""
    wanted = _row_of(number)
    status, wrong = 200, False
    if request.method == "POST":
        try:
            with transaction(write=True) as session:
                held = year_entries.take_back(
                    session, assessment_code, wanted, request.form.get("reason", ""), by()
                )
        except WrongStage:
            return too_early(assessment_code)
        except ReasonMissing:
            status, wrong = 422, True
        else:
            if held:
                flash(_("已撤回，原来那条和撤回的原因都留在案上。"), "good")
            else:
                flash(_("这一条刚才已经撤回了，没有再动。"), "warn")
            return redirect(url_for("admin.entries", assessment_code=assessment_code), 303)
    with transaction() as session:
        found = year_entries.find_act(session, here().assessment, wanted)
    definition = here().definition
    page = render_template(
        "admin/assessment/running_take_back.html",
        assessment=here().assessment,
        definition=definition,
        found=found,
        said=act_words(definition, found.act),
        wrong=wrong,
        day=here().moment,
    )
    return page, status


def _row_of(number: str) -> int:
    """Return the number of a row that an address names, one that no row has where it names none."""
    try:
        return row_number(number)
    except ValueError:
        return 0


def _with(label: str, said: str) -> str:
    return str(_("%(label)s（%(said)s）", label=label, said=said)) if said else label


def _entered(assessment_code: str, form: EntryForm, title: str, hints: dict[str, str]) -> ResponseReturnValue:
    if here().assessment.stage not in TAKING:
        return too_early(assessment_code)
    form.offer(here().definition)
    others: list[str] = []
    if form.validate_on_submit():
        rows = [_row(form)]
        try:
            with transaction(write=True) as session:
                taken = entry_files.take_entry_rows(session, assessment_code, rows, by())
                odd = entry_files.odd_entry_rows(session, assessment_code, rows)
        except BadNumbers as refused:
            others = _placed(form, refused.faults)
        except WrongStage:
            return too_early(assessment_code)
        else:
            told = (_("已记下。"), "good") if taken.added else (_("这一条早已在案，没有再记。"), "warn")
            flash(*told)
            tell_odd(odd)
            return redirect(url_for("admin.entries", assessment_code=assessment_code), 303)
    page = render_template(
        "admin/assessment/running_entry.html",
        assessment=here().assessment,
        definition=here().definition,
        form=form,
        fields=[item for item in form if item.type not in ("CSRFTokenField", "HiddenField")],
        title=title,
        hints=hints,
        others=others,
    )
    return page, 422 if form.errors or others else 200


def _row(form: EntryForm) -> FileRow:
    """Return what was typed as the row of a file: its faults are then those that a file has."""
    names = [item.short_name for item in form if item.type != "CSRFTokenField"]
    cells = {name: FileCell(name, form[name].data) for name in names if form[name].data}
    return FileRow(_ROW, cells)


def _placed(form: EntryForm, faults: Sequence[CellFault]) -> list[str]:
    """Put faults to the fields that they are of; return in words those that are of none."""
    others = []
    for fault in faults:
        name = fault.place.rpartition(", ")[2]
        if name in form:
            form[name].errors = [*form[name].errors, entry_fault_words(fault)]
        else:
            others.append(entry_fault_words(fault))
    return others
