"""When voting begins: by the clock at the planned time, once nothing is missing for it, or later.

By hand it may begin at any time (``campaigns.open_voting``). Voters are kept out until the planned time in
either case.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, EntryMode, State
from survey.domain.errors import BadMoment, BadSetting, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import campaign_rows, token_rows
from survey.storage.campaign_rows import locked_campaign
from survey.storage.database import transaction
from survey.storage.operations import job_rows

from . import campaigns
from .deadlines import CLOCK

_log = logging.getLogger("minping")


class Lack(StrEnum):
    """What keeps the clock from opening a campaign whose time has come."""

    CODES = "codes"
    JOB = "job"
    END = "end"
    HTTPS = "https"
    DECISION = "decision"


@dataclass(frozen=True)
class Way:
    """How voters come to an instance: its address, and whether that may be plain HTTP."""

    base_url: str
    allow_http: bool


def lacks(session: Session, campaign: Campaign, way: Way, now: datetime) -> tuple[Lack, ...]:
    """List what is missing before an armed campaign can be opened by the clock."""
    return tuple(_lacks(session, campaign, way, now))


def _lacks(session: Session, campaign: Campaign, way: Way, now: datetime) -> Iterator[Lack]:
    usable = sum(one.issued - one.voided for one in token_rows.turnout(session, campaign).values())
    if not usable and campaign.definition.entry is not EntryMode.OPEN:
        yield Lack.CODES
    if job_rows.unfinished(session, campaign.code):
        yield Lack.JOB  # codes that come after the opening would be late ones
    if campaign.closes_at is not None and campaign.closes_at <= now:
        yield Lack.END
    if campaigns.is_plain_http(way.base_url) and not way.allow_http:
        yield Lack.HTTPS
    if campaign.held:
        yield Lack.DECISION  # it may have been open before a restore, and lost ballots


def open_due(way: Way, now: datetime) -> list[str]:
    """Open every armed campaign whose time has come and for which nothing is missing; return their codes.

    For a task that runs every few seconds, in any number of processes at once. Raises ``Unavailable``.
    """
    with transaction() as session:
        armed = campaign_rows.armed_campaigns(session)
        codes = [one.code for one in armed if _is_due(session, one, way, now)]
    return [campaign_code for campaign_code in codes if _opened(campaign_code, way, now)]


def _is_due(session: Session, campaign: Campaign, way: Way, now: datetime) -> bool:
    if campaign.state is not State.ARMED or campaign.opens_at is None or now < campaign.opens_at:
        return False
    return not lacks(session, campaign, way, now)


def _opened(campaign_code: str, way: Way, now: datetime) -> bool:
    try:
        with transaction(write=True) as session:
            # Looked at again under the lock: meanwhile it may have been opened, postponed or taken back.
            if not _is_due(session, locked_campaign(session, campaign_code), way, now):
                return False
            campaigns.open_voting(
                session, campaign_code, way.base_url, allow_http=way.allow_http, by=By(CLOCK, now)
            )
    except (WrongState, BadSetting) as error:
        facts = {"campaign": campaign_code, "failure": type(error).__name__, "why": str(error)}
        _log.error("the clock could not open", extra={"facts": facts})
        return False
    _log.info("opened by the clock", extra={"facts": {"campaign": campaign_code}})
    return True


def postpone(session: Session, campaign_code: str, to: datetime, by: By) -> str:
    """Move the planned beginning of the voting to a later time; return the log's check value.

    The definition stays as it was armed. Raises ``WrongState`` unless the campaign is armed, and
    ``BadMoment``.
    """
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.ARMED, to="postpone")
    before = campaign.opens_at
    if before is None:
        raise BadMoment("by-hand", f"voting in {campaign_code} begins by hand; there is no time to postpone")
    if to <= by.at:
        raise BadMoment("past", "the new beginning must lie ahead")
    if to <= before:
        raise BadMoment(
            "not-later", f"voting in {campaign_code} begins at {before.isoformat()}; it can only begin later"
        )
    if campaign.closes_at is not None and to >= campaign.closes_at:
        raise BadMoment(
            "after-end",
            f"voting in {campaign_code} ends at {campaign.closes_at.isoformat()}; extend that first",
        )
    campaign_rows.set_postponed(session, campaign, to)
    return audit.record(session, by, Act.POSTPONE, campaign_code, before=before, to=to)
