"""When voting begins and ends, moved to later on the campaign's page."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadMoment, WrongState
from survey.services.campaigns import deadlines, starting
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.times import moment, typed_moment
from survey.web.security import access

from .campaign_page import path_of, refused_page, shown_page


@blueprint.post("/c/<campaign_code>/postpone")
@access(Permission.RUN)
def postpone(campaign_code: str) -> ResponseReturnValue:
    """Move the planned beginning of the voting to a later time."""
    typed = request.form.get("start", "")
    zone = _zone(campaign_code)
    start = typed_moment(typed, zone)
    if start is None:
        return shown_page(campaign_code, 422, start=typed, start_fault=_("请填写日期和时间。"))
    try:
        with transaction(write=True) as session:
            starting.postpone(session, campaign_code, start, by())
    except BadMoment as error:
        if error.why == "by-hand":
            return refused_page(campaign_code, _("本活动没有定开始时间，由人工开始，不用推迟。"))
        return shown_page(campaign_code, 422, start=typed, start_fault=_start_fault(error.why))
    except WrongState:
        return refused_page(campaign_code, _("活动不在就绪状态，不能推迟开始。"))
    flash(_("投票推迟到 %(when)s 开始。", when=moment(start, zone)), "good")
    return redirect(path_of(campaign_code), 303)


@blueprint.post("/c/<campaign_code>/extend")
@access(Permission.RUN)
def extend(campaign_code: str) -> ResponseReturnValue:
    """Move the end of the voting to a later time."""
    typed = request.form.get("until", "")
    zone = _zone(campaign_code)
    until = typed_moment(typed, zone)
    if until is None:
        return shown_page(campaign_code, 422, until=typed, until_fault=_("请填写日期和时间。"))
    try:
        with transaction(write=True) as session:
            deadlines.extend(session, campaign_code, until, by())
    except BadMoment as error:
        if error.why in ("by-hand", "over"):
            return refused_page(campaign_code, _end_fault(error.why))
        return shown_page(campaign_code, 422, until=typed, until_fault=_end_fault(error.why))
    except WrongState:
        return refused_page(campaign_code, _("投票不在进行中，不能延长。"))
    flash(_("投票延长到 %(when)s。", when=moment(until, zone)), "good")
    return redirect(path_of(campaign_code), 303)


def _zone(campaign_code: str) -> str:
    with transaction() as session:
        return campaign_in_scope(session, campaign_code).definition.time_zone


def _start_fault(why: str) -> str:
    faults = {
        "past": _("新的开始时间必须晚于现在。"),
        "not-later": _("新的开始时间必须晚于原来的开始时间，只能往后推。"),
        "after-end": _("新的开始时间必须早于结束时间；请先延长结束时间。"),
    }
    return str(faults[why])


def _end_fault(why: str) -> str:
    faults = {
        "by-hand": _("本活动没有定结束时间，由人工结束，不用延长。"),
        "over": _("结束时间已到，投票已经停止，不能再延长。"),
        "past": _("新的结束时间必须晚于现在。"),
        "not-later": _("新的结束时间必须晚于原来的结束时间；要提前，请用“结束投票”。"),
    }
    return str(faults[why])
