"""Seats of an assessment, for its office: who has which, giving and taking away, whole lists, login slips."""

from collections.abc import Sequence
from io import BytesIO

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput

from survey.documents.assessment.row_files import read_rows
from survey.documents.export.files import SEAT_LIST, SEAT_SLIPS
from survey.documents.export.link_list import Linked
from survey.documents.roster.cells import MAX_FILE
from survey.domain.assessment.reports.seat_list import SeatAsked, unfilled, written_keys
from survey.domain.assessment.seats import GIVEN, PART_WORDS, WITH_KEYS, SeatAct, SeatPart, keys_offered
from survey.domain.errors import BadNumbers, BadSeat, CellFault, UnknownSeat
from survey.services.assessment import seating
from survey.services.assessment.seating import SLIP_LIFE, GivenSeat, SeatLink
from survey.storage.database import transaction
from survey.web.addresses import public_address
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm, row_number
from survey.web.admin.words.times import moment
from survey.web.context import now
from survey.web.server.bodies import largest_body

from .cell_faults import fault_words
from .seat_guard import here, seat_access
from .seat_words import part_name, reach_words

FORM_AROUND = 64 * 1024
REFUSED = {
    "keys": _l("请选出这个席位的范围。"),
    "elsewhere": _l("已有这个账号，属于别的单位。确是本人的，请勾选下面一项再保存；是别人的，请换个账号。"),
    "account": _l("不能用作账号：最多 80 个字，前后没有空格，也不能与别的账号看上去一样。"),
}


class _Ticks(SelectMultipleField):
    """Boxes to tick, one for each thing that a seat can be about."""

    option_widget = CheckboxInput()


class SeatForm(OfficeForm):
    """A seat that is to be given."""

    account = StringField(
        _l("账号"),
        filters=[lambda typed: typed.strip() if typed else typed],
        validators=[InputRequired(_l("请填写账号。")), Length(max=80, message=_l("账号最多 80 个字。"))],
        render_kw={"autocomplete": "off"},
    )
    keys = _Ticks(_l("范围"))
    elsewhere = BooleanField(_l("账号属于别的单位，确是本人"))


@blueprint.get("/a/<assessment_code>/seats")
@seat_access(SeatAct.GIVE_SEATS)
def seats(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show who has which seat, which are missing, and how they are given."""
    return _page()


@blueprint.route("/a/<assessment_code>/seats/<part>", methods=["GET", "POST"])
@seat_access(SeatAct.GIVE_SEATS)
def give_seat(assessment_code: str, part: str) -> ResponseReturnValue:
    """Give a seat of one part to an account; a new name makes a member of it."""
    if part not in GIVEN:
        raise UnknownSeat(part)
    given_part = SeatPart(part)
    offered = keys_offered(given_part, here().definition)
    form = SeatForm(account=request.args.get("account", ""), keys=request.args.getlist("key"))
    form.keys.choices = list(offered.items())
    if form.validate_on_submit():
        asked = SeatAsked(form.account.data or "", given_part, tuple(form.keys.data or ()))
        try:
            with transaction(write=True) as session:
                given = seating.give(session, assessment_code, asked, by(), elsewhere=form.elsewhere.data)
        except BadSeat as refused:
            item = form.keys if refused.why == "keys" else form.account
            item.errors = [REFUSED[refused.why]]
        else:
            flash(_told(given), "good")
            return redirect(url_for("admin.seats", assessment_code=assessment_code), 303)
    page = render_template(
        "admin/assessment/seat.html",
        assessment=here().assessment,
        form=form,
        part=PART_WORDS[given_part],
        asks=given_part in WITH_KEYS,
        elsewhere=form.elsewhere.data or REFUSED["elsewhere"] in form.account.errors,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/a/<assessment_code>/seats/take-away")
@seat_access(SeatAct.GIVE_SEATS)
def take_seat_away(assessment_code: str) -> ResponseReturnValue:
    """Take a seat away; the account stays."""
    account_id, part = request.form.get("account", 0, type=row_number), request.form.get("part", "")
    if part not in GIVEN:
        raise UnknownSeat(part)
    with transaction(write=True) as session:
        seating.take_away(session, assessment_code, account_id, SeatPart(part), by())
    flash(_("已撤销席位，账号还在。"), "good")
    return redirect(url_for("admin.seats", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/seats.xlsx")
@seat_access(SeatAct.GIVE_SEATS)
def seat_list_file(assessment_code: str) -> ResponseReturnValue:
    """Hand out the list of seats, to be filled in: those given, and those that nobody has."""
    from survey.documents.assessment.seat_list_file import write_seat_list

    definition = here().definition
    with transaction() as session:
        given = seating.seats_given(session, here().assessment)
    held = [(one.account.name, one.seat.part, one.seat.keys) for one in given]
    held += [("", one.part, (one.key,)) for one in unfilled(definition, [one.seat for one in given])]
    rows = [(name, PART_WORDS[part], written_keys(definition, part, keys)) for name, part, keys in held]
    return named_attachment(
        write_seat_list(rows), SEAT_LIST, title=definition.title, assessment_code=assessment_code
    )


@blueprint.post("/a/<assessment_code>/seats/list")
@largest_body(MAX_FILE + FORM_AROUND)
@seat_access(SeatAct.GIVE_SEATS)
def take_seat_list(assessment_code: str) -> ResponseReturnValue:
    """Give all seats of a list that somebody filled in, or none and say what is wrong where."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(422, missing_file=True)
    try:
        rows = read_rows(sent.filename, sent.read())
        with transaction(write=True) as session:
            given = seating.give_many(session, assessment_code, rows, by())
    except BadNumbers as refused:
        return _page(422, faults=refused.faults)
    fresh = len({one.account.id for one in given if one.is_new})
    flash(_("安排了 %(number)s 个席位，新建了 %(fresh)s 个账号。", number=len(given), fresh=fresh), "good")
    for one in given:
        if one.links_void:
            flash(_told(one), "warn")
    return redirect(url_for("admin.seats", assessment_code=assessment_code), 303)


@blueprint.post("/a/<assessment_code>/seats/slips")
@seat_access(SeatAct.GIVE_SEATS)
def seat_slips(assessment_code: str) -> ResponseReturnValue:
    """Hand out slips with login links for all who have never logged in; older links of theirs are void."""
    from survey.documents.pdf.link_slips import LOGIN_LINES, link_slips_pdf

    definition, out = here().definition, BytesIO()
    with transaction(write=True) as session:
        links = seating.make_links(session, assessment_code, by())
    if not links:
        flash(_("没有要印的：参加考核的人都已经登录过。"), "warn")
        return redirect(url_for("admin.seats", assessment_code=assessment_code), 303)
    until = moment(now() + SLIP_LIFE, definition.time_zone)
    link_slips_pdf(list(map(_slip, links)), title=definition.title, until=until, out=out, lines=LOGIN_LINES)
    return named_attachment(
        out.getvalue(), SEAT_SLIPS, title=definition.title, assessment_code=assessment_code
    )


def _slip(link: SeatLink) -> Linked:
    parts = "、".join(PART_WORDS[part] for part in link.parts)
    return Linked(
        link.account.name, parts, link.account.unit, public_address("admin.link", secret=link.secret)
    )


def _told(given: GivenSeat) -> str:
    names = {"name": given.account.name, "part": part_name(given.seat.part)}
    if given.is_new:
        return str(_("新建了账号“%(name)s”，担任%(part)s。请印登录链接单，交给本人。", **names))
    if given.links_void:
        return str(
            _(
                "“%(name)s”担任%(part)s。这个账号是别的考核办建的，还没有设过密码：它的登录链接都已作废。请系统管理员另发链接，交给本人。",
                **names,
            )
        )
    return str(_("“%(name)s”担任%(part)s。", **names))


def _page(
    status: int = 200, faults: Sequence[CellFault] = (), *, missing_file: bool = False
) -> ResponseReturnValue:
    assessment, definition = here().assessment, here().definition
    with transaction() as session:
        given = seating.seats_given(session, assessment)
        waiting = seating.waiting_members(session, assessment)
    missing: dict[SeatPart, list[str]] = {}
    for one in unfilled(definition, [one.seat for one in given]):
        missing.setdefault(one.part, []).append(keys_offered(one.part, definition)[one.key])
    page = render_template(
        "admin/assessment/seats.html",
        assessment=assessment,
        given=given,
        waiting=waiting,
        missing=missing,
        parts=PART_WORDS,
        offered=GIVEN,
        about=lambda seat: reach_words(definition, seat),
        faults=[(one.place, one.value, fault_words(one)) for one in faults],
        missing_file=missing_file,
        until_days=SLIP_LIFE.days,
    )
    return page, status
