"""Queueing messages: invitations once, one reminder to those who have not replied."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import OutsideWindow, WrongState
from survey.domain.sms.invitation import message_text
from survey.domain.sms.message_parts import parts_of
from survey.domain.sms.messages import WENT_OUT, MessageKind, MessageState, is_within
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns.deadlines import CLOCK
from survey.services.voting import closed_boxes
from survey.storage.campaign_rows import locked_campaign, open_campaigns
from survey.storage.sms import client_rows, outbox_rows, reply_rows
from survey.storage.sms.client_rows import SmsStanding

from .keys import rules_of, standing_of

NUMBER, KIND = "number", "kind"
STOPPED = datetime(9999, 1, 1, tzinfo=UTC)
"""From when messages go out where sending was stopped: never."""
RESTORED = STOPPED + timedelta(days=1)
"""The same where a restore stopped it: nobody knows what went out since the backup."""


def queue(
    session: Session,
    campaign_code: str,
    kind: MessageKind,
    by: By,
    *,
    only: int | None = None,
    at: datetime | None = None,
) -> int:
    """Queue invitations to all who have none yet, or a reminder to who was sent one and has not replied.

    ``only`` so many are chosen at random; sending begins ``at`` a moment, also where it was stopped. Return
    how many were queued. Raises ``NoSms``, ``WrongState`` where voting is not open or no list was taken, and
    ``OutsideWindow`` where it is another hour and no moment is named.
    """
    campaign = locked_campaign(session, campaign_code)
    rules = rules_of(campaign)
    campaign.require(State.OPEN, to="send messages")
    standing_of(session, campaign)
    if campaign.held:
        raise WrongState(f"cannot send messages: {campaign_code} was restored from a backup and is held")
    if closed_boxes.has_come(campaign.public_key, campaign.closes_at, by.at):
        raise WrongState(f"cannot send messages: voting in {campaign_code} is over")
    if at is None and not is_within(campaign.definition, by.at):
        raise OutsideWindow(campaign_code, rules.window)
    wanted = _wanted(session, campaign, kind)
    if only is not None and only < len(wanted):
        wanted = secrets.SystemRandom().sample(sorted(wanted), only)
    outbox_rows.queue(session, campaign, kind, wanted)
    if kind is MessageKind.INVITATION and wanted:
        client_rows.change(session, campaign, invited_at=at or by.at)
    client_rows.change(session, campaign, send_from=at)
    if wanted:
        audit.record(session, by, Act.SMS_SEND, campaign_code, kind=kind, number=len(wanted))
    return len(wanted)


def stop(session: Session, campaign_code: str, by: By) -> int:
    """Stop sending invitations and reminders, until ``resume``; return how many wait.

    What a sender has in hand at this moment still goes out. Raises ``NoSms`` and ``WrongState``.
    """
    queued = _send_from(session, campaign_code, STOPPED)
    audit.record(session, by, Act.SMS_STOP, campaign_code, number=queued)
    return queued


def resume(session: Session, campaign_code: str, by: By) -> int:
    """Go on sending what waits, in the hours for it; return how many wait.

    Raises ``NoSms`` and ``WrongState``.
    """
    queued = _send_from(session, campaign_code, None)
    audit.record(session, by, Act.SMS_RESUME, campaign_code, number=queued)
    return queued


def stop_after_restore(session: Session) -> None:
    """Stop sending in every campaign of a restored backup; what it says is still to be sent is uncertain.

    Reminders may have gone out since the backup, which knows of none: until somebody resumes, none is sent.
    """
    outbox_rows.give_up_waiting(session)
    client_rows.have_all_wait(session, RESTORED)


def is_stopped(standing: SmsStanding | None) -> bool:
    """Return whether sending was stopped, by somebody or by a restore."""
    return standing is not None and standing.send_from in (STOPPED, RESTORED)


def is_uninvited(session: Session, campaign: Campaign) -> bool:
    """Return whether a campaign by text message is open, and nobody was invited yet."""
    if campaign.definition.by_sms is None or campaign.state is not State.OPEN:
        return False
    standing = client_rows.standing(session, campaign)
    return standing is not None and standing.invited_at is None


def _send_from(session: Session, campaign_code: str, moment: datetime | None) -> int:
    """Have what waits go out from a moment on; return how many that are."""
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.OPEN, to="stop or resume sending")
    standing_of(session, campaign)
    client_rows.change(session, campaign, send_from=moment)
    return sum(
        number
        for (kind, state), number in outbox_rows.numbers(session, campaign).items()
        if kind is not MessageKind.HELP and state is MessageState.QUEUED
    )


def _wanted(session: Session, campaign: Campaign, kind: MessageKind) -> list[bytes]:
    had = outbox_rows.pseudonyms_of(session, campaign, kind)
    if kind is MessageKind.INVITATION:
        return [
            entry.pseudonym for entry in client_rows.entries(session, campaign) if entry.pseudonym not in had
        ]
    out = (*WENT_OUT, MessageState.UNCERTAIN)
    invited = outbox_rows.pseudonyms_of(session, campaign, MessageKind.INVITATION, out)
    return list(invited - had - reply_rows.pseudonyms(session, campaign))


def remind_due(session: Session, now: datetime) -> list[str]:
    """Queue the reminder of every open campaign whose hours are over and whose window it is; return codes.

    Once a campaign: where some have had a reminder, the office has seen to it. While invitations wait, so
    does the reminder: nobody gets both at once.
    """
    done = []
    for campaign in open_campaigns(session):
        if _is_due(session, campaign, now) and queue(
            session, campaign.code, MessageKind.REMINDER, By(CLOCK, now)
        ):
            done.append(campaign.code)
    return done


def _is_due(session: Session, campaign: Campaign, now: datetime) -> bool:
    rules = campaign.definition.by_sms
    standing = client_rows.standing(session, campaign) if rules and rules.reminder_after else None
    if not rules or not rules.reminder_after or standing is None or standing.invited_at is None:
        return False
    over = (
        campaign.held
        or is_stopped(standing)
        or closed_boxes.has_come(campaign.public_key, campaign.closes_at, now)
    )
    early = now < standing.invited_at + timedelta(hours=rules.reminder_after)
    if over or early or not is_within(campaign.definition, now):
        return False
    waiting = (MessageState.QUEUED, MessageState.CLAIMED)
    return not (
        outbox_rows.pseudonyms_of(session, campaign, MessageKind.INVITATION, waiting)
        or outbox_rows.pseudonyms_of(session, campaign, MessageKind.REMINDER)
    )


def shown_texts(campaign: Campaign) -> list[tuple[str, int]]:
    """Return each text that clients of a campaign are sent as invitation, with the parts that it takes.

    Raises ``NoSms``.
    """
    rules_of(campaign)
    definition = campaign.definition
    texts = dict.fromkeys(
        message_text(definition, ratee.groups[0], ratee.key, MessageKind.INVITATION)
        for ratee in definition.ratees
    )
    return [(text, parts_of(text)) for text in texts]
