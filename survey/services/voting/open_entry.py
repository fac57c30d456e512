"""Open campaigns: every device that asks is given its own one-time code."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, EntryMode
from survey.domain.errors import (
    AlreadyCast,
    ByMessage,
    CeilingReached,
    NotOffered,
    UnknownCampaign,
    UnknownToken,
    VoidedToken,
)
from survey.secrecy.token import digest, new_token, read_token
from survey.secrecy.vault import Vault
from survey.storage import token_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.fast_connection import share_lock

from . import closed_boxes
from .casting import admit, require_admission


def offered(session: Session, campaign_code: str, now: datetime) -> Campaign:
    """Return an open campaign that gives out codes now; raises ``NotOffered``, ``NotOpen`` or ``Closed``."""
    try:
        campaign = find_campaign(session, campaign_code)
    except UnknownCampaign as error:
        raise NotOffered from error
    if campaign.definition.by_sms:
        raise ByMessage
    if campaign.definition.entry is not EntryMode.OPEN:
        raise NotOffered
    require_admission(
        campaign.definition,
        campaign.state,
        over=closed_boxes.has_come(campaign.public_key, campaign.closes_at, now),
        held=campaign.held,
        spent=False,
        now=now,
        opens_at=campaign.opens_at,
    )
    return campaign


def held_token(
    session: Session, vault: Vault, campaign_code: str, held: str | None, now: datetime
) -> str | None:
    """Return the code that a device holds, from its own cookie, while it can be used; else ``None``.

    Raises what ``offered`` raises, and ``AlreadyCast`` where the held code is spent.
    """
    campaign = offered(session, campaign_code, now)
    if held is not None and _is_unused(session, vault, held, campaign, now):
        return read_token(held)
    return None


def hand_out(session: Session, vault: Vault, campaign_code: str, now: datetime) -> str:
    """Make a code for a device that holds none.

    It belongs to the first rater group. Raises what ``offered`` raises, and ``CeilingReached``.
    """
    campaign = offered(session, campaign_code, now)
    share_lock(session, campaign.id)
    campaign = offered(session, campaign_code, now)
    if not token_rows.take_room(session, campaign):
        raise CeilingReached
    made = new_token()
    group = campaign.definition.raters[0].key
    token_rows.add_tokens(session, campaign, {digest(vault.token_key, made): group})
    return made


def _is_unused(session: Session, vault: Vault, held: str, campaign: Campaign, now: datetime) -> bool:
    try:
        return admit(session, vault, held, now).campaign_id == campaign.id
    except AlreadyCast:
        raise
    except (UnknownToken, VoidedToken):
        return False
