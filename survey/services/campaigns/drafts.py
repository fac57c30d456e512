"""Definitions while organisers write them: whole or not, stored as campaigns once they have no fault."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.bounds import check_definition
from survey.domain.definition.campaign import Campaign, State
from survey.domain.definition.canonical import digest
from survey.domain.definition.validation import SHAPELESS
from survey.domain.errors import (
    CampaignExists,
    ChangedMeanwhile,
    Fault,
    Flaw,
    InvalidDefinition,
    UnfinishedDraft,
    UnknownCampaign,
    WrongState,
)
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import campaign_rows, draft_rows, statement_rows
from survey.storage.draft_rows import Document, Draft

from . import campaigns, statement_files

__all__ = ["Document", "Draft"]

_OF_ITS_TIME = ("code", "opens_at", "closes_at")
"""What a copy of a campaign does not take over."""
_NAMING_UNITS = (Act.DRAFT, Act.DRAFT_DELETED)


def faults(document: Mapping[str, Any]) -> tuple[Fault, ...]:
    """List everything that keeps a document from being a definition; none where it is whole."""
    try:
        check_definition(document)
    except InvalidDefinition as refusal:
        return (*refusal.faults, *_emptiness(document, refusal.faults))
    return ()


def _emptiness(document: Mapping[str, Any], faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    # Of a file this is said only where nothing else is wrong; whoever fills in forms is told at once.
    asked = document.get("ratees") or document.get("questions")
    if asked or any(fault.path == "ratees" for fault in faults):
        return ()
    return (Fault("ratees", "there is neither a ratee nor a question yet", Flaw.NOTHING_ASKED),)


def create(session: Session, document: Document, unit: str, by: By) -> Draft:
    """Begin a draft; ``document`` carries the campaign's code.

    Raises ``CampaignExists`` where the code is taken, ``InvalidDefinition`` where it is none or the document
    has not the shape of a definition.
    """
    found = faults(document)
    _require_shape(found)
    campaign_code = _code(document, found)
    if _is_taken(session, campaign_code) or _was_anothers(session, campaign_code, unit):
        raise CampaignExists(f'there is a campaign "{campaign_code}" already; choose another code')
    audit.record(session, by, Act.DRAFT, campaign_code, unit=unit)
    if not found:
        campaigns.load(session, document, by, unit)
    draft_rows.add_draft(session, campaign_code, unit, document, by.at)
    return find(session, campaign_code)


def find(session: Session, campaign_code: str) -> Draft:
    """Return what is being written under a code, or the campaign's definition where that is all there is.

    Raises ``UnknownCampaign``.
    """
    draft = draft_rows.find_draft(session, campaign_code)
    if draft is not None:
        return draft
    campaign = campaigns.find_campaign(session, campaign_code)
    document = campaign_rows.document_of(session, campaign)
    return Draft(campaign_code, campaign.unit, document, 0, None)


def is_frozen(session: Session, campaign_code: str) -> bool:
    """Return whether a definition can only be read: its campaign was armed, or only tries another one out."""
    campaign = _campaign(session, campaign_code)
    return campaign is not None and (campaign.state is not State.DRAFT or campaign.is_trial)


def list_unfinished(session: Session) -> list[Draft]:
    """Return the drafts that never were without fault, so that no campaign stands for them yet."""
    known = {campaign.code for campaign in campaigns.list_campaigns(session)}
    return [draft for draft in draft_rows.list_drafts(session) if draft.code not in known]


def save(session: Session, campaign_code: str, document: Document, version: int, by: By) -> tuple[Fault, ...]:
    """Store another version of a draft; return what is wrong with it.

    A document without fault becomes the campaign's definition in the same transaction. Raises
    ``ChangedMeanwhile`` where somebody saved another version than ``version`` since, ``WrongState`` after
    arming, ``UnknownCampaign``, ``InvalidDefinition`` where it has not the shape of a definition.
    """
    require_writable(session, campaign_code)
    before = find(session, campaign_code)
    if before.version != version:
        raise ChangedMeanwhile(campaign_code)
    found = faults(document)
    _require_shape(found)
    if digest(document) == digest(before.document):
        return found
    if document.get("campaign", {}).get("code") != campaign_code:
        raise WrongState(
            f"cannot save: the code of {campaign_code} cannot be changed; copy the campaign instead"
        )
    if not before.version:
        draft_rows.add_draft(session, campaign_code, before.unit, document, by.at)
    elif not draft_rows.change_draft(session, campaign_code, document, by.at, version=version):
        raise ChangedMeanwhile(campaign_code)
    statement_files.follow(session, campaign_code, document)
    if found:
        audit.record(session, by, Act.DRAFT, campaign_code, faults=len(found))
    else:
        campaigns.load(session, document, by, before.unit)
    return found


def delete(session: Session, campaign_code: str, by: By) -> None:
    """Throw a draft away, with the campaign in state draft that stands for it; raises ``WrongState``."""
    require_writable(session, campaign_code)
    unit = find(session, campaign_code).unit
    campaign = _campaign(session, campaign_code)
    if campaign is not None:
        campaign_rows.drop_campaign(session, campaign)
    draft_rows.drop_draft(session, campaign_code)
    statement_rows.drop_all(session, campaign_code)
    audit.record(session, by, Act.DRAFT_DELETED, campaign_code, unit=unit)


def require_whole(session: Session, campaign_code: str) -> Campaign:
    """Return the campaign that may be armed; raises ``UnfinishedDraft`` while its draft has faults."""
    campaign = _campaign(session, campaign_code)
    if campaign is None:
        find(session, campaign_code)
        raise UnfinishedDraft(campaign_code)
    campaigns.require_written(session, campaign)
    return campaign


def copied(document: Document, campaign_code: str) -> Document:
    """Return a document as a new campaign's: another code, no times."""
    made = copy.deepcopy(document)
    campaign = {key: value for key, value in made.get("campaign", {}).items() if key not in _OF_ITS_TIME}
    return made | {"campaign": {**campaign, "code": campaign_code}}


def empty(campaign_code: str) -> Document:
    """Return the document of a campaign of which nothing but the code is known."""
    return {
        "format": 1,
        "campaign": {"code": campaign_code},
        "groups": [],
        "scales": [],
        "sections": [],
        "ratees": [],
    }


def free_code(session: Session, wanted: str) -> str:
    """Return a code that no campaign has: the one wanted, or with a number behind it."""
    number, campaign_code = 1, wanted
    while _is_taken(session, campaign_code):
        number += 1
        campaign_code = f"{wanted}-{number}"
    return campaign_code


def _require_shape(faults: Iterable[Fault]) -> None:
    """Refuse what the forms, made for the shape of a definition, could neither show nor mend."""
    shapeless = [fault for fault in faults if fault.flaw in SHAPELESS]
    if shapeless:
        raise InvalidDefinition(shapeless)


def _code(document: Document, faults: Iterable[Fault]) -> str:
    wrong = [fault for fault in faults if fault.path in ("campaign", "campaign.code")]
    if wrong:
        raise InvalidDefinition(wrong)
    return str(document["campaign"]["code"])


def _campaign(session: Session, campaign_code: str) -> Campaign | None:
    try:
        return campaigns.find_campaign(session, campaign_code)
    except UnknownCampaign:
        return None


def _is_taken(session: Session, campaign_code: str) -> bool:
    known = (
        draft_rows.find_draft(session, campaign_code) is not None
        or _campaign(session, campaign_code) is not None
    )
    return known or campaigns.was_erased(session, campaign_code)


def _was_anothers(session: Session, campaign_code: str, unit: str) -> bool:
    """Return whether another unit drafted under a code: its acts in the log are nobody else's to read."""
    acts = audit.history(session, campaign_code)
    return any(entry.act in _NAMING_UNITS and facts.get("unit", unit) != unit for entry, facts in acts)


def require_writable(session: Session, campaign_code: str) -> None:
    """Refuse with ``WrongState`` what is armed or only tries another campaign out; hold its lock."""
    if _campaign(session, campaign_code) is None:
        return
    campaign = campaigns.locked_campaign(session, campaign_code)
    campaign.require(State.DRAFT, to="change the definition")
    if campaign.is_trial:
        raise WrongState(
            f"cannot change the definition: {campaign_code} tries {campaign.trial_of} out; change that"
        )
