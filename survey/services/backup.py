"""Backups: the whole instance in one file, except the keys of boxes."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.campaign import State
from survey.storage import campaign_rows
from survey.storage.campaign_rows import list_campaigns

from . import audit
from .audit import By


def hold_open_campaigns(session: Session, taken_at: datetime, by: By) -> list[str]:
    """Keep voters out of every campaign that a restored backup says is open; return their codes.

    Ballots cast after the backup are gone, so an owner must decide whether to go on.
    """
    held = []
    for campaign in list_campaigns(session):
        if campaign.state is State.OPEN:
            campaign_rows.set_held(session, campaign, held=True)
            held.append(campaign.code)
    audit.record(session, by, "restore", taken_at=taken_at, held=held)
    return held
