"""When voting ends: later than planned, and by the clock. When it begins: ``starting``.

Where ballots are on paper, too, the clock ends the voting by phone; how long reading takes is not its to say.
"""

import logging
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadMoment, MinpingError, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.paper import collecting
from survey.services.sms import closing as sms_closing
from survey.services.voting import closed_boxes
from survey.storage import campaign_rows
from survey.storage.campaign_rows import list_campaigns, locked_campaign
from survey.storage.database import transaction

from . import campaigns, procedure

CLOCK = "clock"
"""Who opens and closes in the audit log, where nobody did."""

_log = logging.getLogger("minping")


def extend(session: Session, campaign_code: str, to: datetime, by: By) -> str:
    """Move the end of the voting to a later time, before it has come; return the log's check value.

    The definition stays as it was armed. Before voting began, an end that has come can be moved too. Raises
    ``WrongState`` and ``BadMoment``.
    """
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.ARMED, State.OPEN, to="extend")
    if campaign.collecting:
        raise WrongState(f"cannot extend: voting by phone in {campaign_code} has ended, for good")
    end = campaign.closes_at
    if end is None:
        raise BadMoment("by-hand", f"voting in {campaign_code} ends by hand; there is no end to extend")
    if campaign.state is State.OPEN and closed_boxes.has_come(campaign.public_key, end, by.at):
        raise BadMoment(
            "over", f"voting in {campaign_code} ended at {end.isoformat()}; it cannot begin again"
        )
    if to <= by.at:
        raise BadMoment("past", "the new end must lie ahead")
    if to <= end:
        raise BadMoment(
            "not-later", f"voting in {campaign_code} ends at {end.isoformat()}; it can only end later"
        )
    campaign_rows.set_extended(session, campaign, to)
    return audit.record(session, by, Act.EXTEND, campaign_code, before=end, to=to)


def due(session: Session, now: datetime) -> list[str]:
    """Return the codes of the open campaigns whose end has come.

    Also those whose close was interrupted. One that a restore holds is left to the owner, and one that
    collects paper ballots to those who scan them.
    """
    return [
        campaign.code
        for campaign in list_campaigns(session)
        if _is_due(campaign, now) and not sms_closing.waits_for_replies(session, campaign, now)
    ]


def end_due(now: datetime) -> None:
    """End the voting in every open campaign whose end has come; the rest of the close is for ``close_due``.

    Where there are paper ballots, what ends is the voting by phone. For a task that runs every few seconds,
    so that the end is written down before a clock could be set back; that needs little room and waits for
    nothing but voters under way. Raises ``Unavailable``.
    """
    with transaction() as session:
        codes = [one.code for one in campaign_rows.open_campaigns(session) if _is_due(one, now)]
    for campaign_code in codes:
        _ended(campaign_code, now)


def close_due(now: datetime, keys: Path | None = None) -> list[str]:
    """Close every campaign that is due, each by itself; return their codes.

    ``keys`` is the folder of keys, needed where a close of paper ballots was interrupted. For a task that
    runs every minute: what fails is said on standard error and tried again next time.
    """
    with transaction() as session:
        codes = due(session, now)
    return [campaign_code for campaign_code in codes if _closed(campaign_code, now, keys)]


def _is_due(campaign: Campaign, now: datetime) -> bool:
    if campaign.state is State.CLOSED:
        return not (campaign.shaken and campaign.forgotten)
    if campaign.state is not State.OPEN or campaign.held or campaign.collecting:
        return False
    return closed_boxes.has_come(campaign.public_key, campaign.closes_at, now)


def _ended(campaign_code: str, now: datetime) -> bool:
    """End the voting if it is still due; return whether the rest of a close is to be done."""
    with transaction(write=True) as session:
        # Looked at again under the lock: meanwhile it may have been extended, or closed by hand.
        campaign = locked_campaign(session, campaign_code)
        if not _is_due(campaign, now):
            return False
        if campaign.state is State.OPEN and campaign.definition.paper:
            collecting.collect(session, campaign_code, By(CLOCK, now))
            _log.info("collecting begun by the clock", extra={"facts": {"campaign": campaign_code}})
            return False
        if campaign.state is State.OPEN:
            campaigns.close(session, campaign_code, By(CLOCK, now))
            sms_closing.note_end(session, campaign, now)
        return not sms_closing.waits_for_replies(session, campaign, now)


def _closed(campaign_code: str, now: datetime, keys: Path | None) -> bool:
    try:
        # Ended first: a disk too full for the shake must not leave the end to the clock.
        if not _ended(campaign_code, now):
            return False
        procedure.close(campaign_code, By(CLOCK, now), keys)
    except MinpingError as error:
        facts = {"campaign": campaign_code, "failure": type(error).__name__, "why": str(error)}
        _log.error("the clock could not close", extra={"facts": facts})
        return False
    _log.info("closed by the clock", extra={"facts": {"campaign": campaign_code}})
    return True
