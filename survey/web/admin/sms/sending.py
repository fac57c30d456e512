"""Sending: invitations, one reminder, stopping; and how far it has come, in numbers alone."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import OutsideWindow, WrongState
from survey.domain.sms.messages import MessageKind, is_within
from survey.services.audit.audit import By
from survey.services.sms import outbox, progress
from survey.storage.database import transaction
from survey.storage.sms import client_rows
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.turnout import clock_time
from survey.web.admin.current_actor import by
from survey.web.admin.words.times import moment, zone_name
from survey.web.context import now
from survey.web.security import access

from .sms_campaign import channel_of, sms_campaign, sms_page
from .sms_forms import SendForm, told_apart


@blueprint.get("/c/<campaign_code>/sms/sending")
@access(Permission.READ_CAMPAIGNS)
def sms_sending(campaign_code: str) -> ResponseReturnValue:
    """Show how far sending has come; the part with the numbers asks again by itself."""
    with transaction() as session:
        return _page(session, sms_campaign(session, campaign_code), sent="")


@blueprint.post("/c/<campaign_code>/sms/invite")
@access(Permission.RUN)
def send_invitations(campaign_code: str) -> ResponseReturnValue:
    """Queue invitations, for all who have none or for some of them."""
    return _send(campaign_code, MessageKind.INVITATION)


@blueprint.post("/c/<campaign_code>/sms/remind")
@access(Permission.RUN)
def send_reminders(campaign_code: str) -> ResponseReturnValue:
    """Queue the reminder for those who have not replied."""
    return _send(campaign_code, MessageKind.REMINDER)


@blueprint.post("/c/<campaign_code>/sms/stop")
@access(Permission.RUN)
def stop_sms(campaign_code: str) -> ResponseReturnValue:
    """Stop sending; what waits goes on waiting."""
    return _hold(campaign_code, outbox.stop, _("已停发。排队的短信留着，可以再继续。"))


@blueprint.post("/c/<campaign_code>/sms/resume")
@access(Permission.RUN)
def resume_sms(campaign_code: str) -> ResponseReturnValue:
    """Go on sending what waits."""
    return _hold(campaign_code, outbox.resume, _("继续发送。"))


def _send(campaign_code: str, kind: MessageKind) -> ResponseReturnValue:
    with transaction() as session:
        campaign = sms_campaign(session, campaign_code)
    form = SendForm(campaign.definition.time_zone)
    typed = request.form.get(f"typed-{kind}", "")
    if not form.validate_on_submit() or typed.strip() != campaign_code:
        wrong = typed.strip() != campaign_code
        return _again(campaign, 422, kind, form=form, typed=typed, typed_wrong=wrong)
    try:
        with transaction(write=True) as session:
            number = outbox.queue(session, campaign_code, kind, by(), only=form.only.data, at=form.begin)
    except OutsideWindow:
        said = _("现在不在发送时间内。请填写几时开始发，或到时间再发。")
        return _again(campaign, 409, kind, form=form, refusal=said)
    except WrongState:
        return _again(campaign, 409, kind, refusal=_("现在不能发送：投票没有在进行，或者还没有名单。"))
    flash(_("%(number)s 条短信已排队。", number=number), "good" if number else "warn")
    return _back(campaign_code)


def _hold(campaign_code: str, act: Callable[[Session, str, By], int], done: str) -> ResponseReturnValue:
    with transaction() as session:
        campaign = sms_campaign(session, campaign_code)
    try:
        with transaction(write=True) as session:
            act(session, campaign_code, by())
    except WrongState:
        return _again(campaign, 409, refusal=_("投票没有在进行，没有短信在发送。"))
    flash(done, "good")
    return _back(campaign_code)


def _back(campaign_code: str) -> ResponseReturnValue:
    return redirect(url_for("admin.sms_sending", campaign_code=campaign_code), 303)


def _again(campaign: Campaign, status: int, kind: str = "", **shown: Any) -> ResponseReturnValue:
    with transaction() as session:
        return _page(session, campaign, sent=kind, **shown), status


def _page(session: Session, campaign: Campaign, **shown: Any) -> str:
    zone = campaign.definition.time_zone
    standing = client_rows.standing(session, campaign)
    counted = progress.shown_numbers(session, campaign)
    stopped = outbox.is_stopped(standing)
    begins = standing.send_from if standing and not stopped else None
    channel = channel_of(campaign)
    return sms_page(
        "sending",
        campaign,
        counted=counted,
        numbers=counted.numbers,
        stopped=stopped,
        restored=standing is not None and standing.send_from == outbox.RESTORED,
        begins=moment(begins, zone) if begins and begins > now() else "",
        within=is_within(campaign.definition, now()),
        listed=standing is not None,
        sendable=campaign.state is State.OPEN and standing is not None and not campaign.held,
        minutes=_minutes(counted.numbers.queued, channel.rate if channel else 0),
        clock=clock_time(campaign),
        zone=zone_name(zone, now()),
        forms={one.value: _form(zone, one, shown) for one in (MessageKind.INVITATION, MessageKind.REMINDER)},
        **shown,
    )


def _form(zone: str, kind: MessageKind, shown: Mapping[str, Any]) -> SendForm:
    """Return the form of a kind of message: as it was sent, or empty."""
    sent = shown.get("form") if shown["sent"] == kind else None
    return told_apart(sent or SendForm(zone, formdata=None), kind)


def _minutes(queued: int, rate: int) -> int:
    """Return how many minutes a channel takes for what waits, at its rate."""
    return -(-queued // (rate * 60)) if rate else 0
