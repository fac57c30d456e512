"""Which ceremonies may go on, and the end of those that nobody can need any more."""

from datetime import datetime
from pathlib import Path

from survey.domain.definition.campaign import State
from survey.domain.errors import UnknownCampaign
from survey.secrecy import ceremony
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction

ARM = "arm"
COUNT = "count"
RECOUNT = "recount"
_WHILE = {ARM: State.DRAFT, COUNT: State.CLOSED, RECOUNT: State.COUNTED}
"""In which state a campaign has each: left, nothing of it is of use any more."""


def name_of(act: str, campaign_code: str) -> str:
    """Return the name of a campaign's ceremony: it has one of each kind at a time."""
    return f"{act}.{campaign_code}"


def end(instance: Path, act: str, campaign_code: str) -> None:
    """End a campaign's ceremony, whoever began it: what it was for is done, or done otherwise."""
    ceremony.end(instance, name_of(act, campaign_code))


def tidy(instance: Path, at: datetime) -> None:
    """End ceremonies that lasted too long or whose campaign is past them; raises ``Unavailable``."""
    ceremony.sweep(instance, at)
    for name in ceremony.going_on(instance):
        act, _, campaign_code = name.partition(".")
        if not _is_wanted(act, campaign_code):
            ceremony.end(instance, name)


def _is_wanted(act: str, campaign_code: str) -> bool:
    try:
        with transaction() as session:
            return find_campaign(session, campaign_code).state is _WHILE.get(act)
    except UnknownCampaign:
        return False
