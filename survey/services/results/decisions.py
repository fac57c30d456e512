"""Recording what a committee decided beside a count.

Possible once two people have signed the count: before that it may still turn out to be wrong, and a decision
would rest on numbers that nobody vouches for. From then on the count cannot change any more.
"""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.decisions.decisions import Decisions, require_fitting, subject_of
from survey.domain.decisions.entries import Content, Entry, EntryKind, read_content, to_record
from survey.domain.decisions.section_bands import read_bands
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.canonical import digest
from survey.domain.errors import UnknownDecision, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import publication_rows
from survey.storage.campaign_rows import locked_campaign

from .publishing import SIGNED


def may_be_recorded(campaign: Campaign) -> bool:
    """Return whether decisions can be recorded beside a campaign's count."""
    return campaign.state in SIGNED and not campaign.is_trial


def require_recordable(campaign: Campaign) -> None:
    """Refuse with ``WrongState`` unless decisions can be recorded beside a campaign's count."""
    campaign.require(*SIGNED, to="record a decision")
    if campaign.is_trial:
        raise WrongState(f"cannot record a decision: {campaign.code} is a trial run; it can only be erased")


def decisions_of(session: Session, campaign: Campaign) -> Decisions:
    """Return what was decided beside a campaign's count."""
    return Decisions(campaign.definition, publication_rows.entries_of(session, campaign))


def record(
    session: Session, campaign_code: str, kind: EntryKind, subject: str, typed: Mapping[str, str], by: By
) -> Entry:
    """Put a decision on record, as somebody typed it.

    Raises ``WrongState``, ``UnknownDecision`` (nobody of that key), and ``BadDecision`` with what is wrong.
    """
    campaign = _signed(session, campaign_code)
    subject_of(campaign.definition, kind, subject)
    content = read_content(kind, typed, _today(campaign, by))
    require_fitting(decisions_of(session, campaign), subject, content)
    return _add(session, campaign, subject, content, by)


def record_bands(
    session: Session, campaign_code: str, section: str, typed: Mapping[str, str], by: By
) -> list[Entry]:
    """Put the bands of a whole section on record, each as an entry of its own, all or none.

    Raises ``WrongState``, ``UnknownDecision`` (no such section), and ``BadDecision`` with all that is wrong.
    """
    campaign = _signed(session, campaign_code)
    about = campaign.definition.section.get(section)
    if about is None:
        raise UnknownDecision(f'no section "{section}" whose bands could be decided')
    bands = read_bands(decisions_of(session, campaign), about, typed, _today(campaign, by))
    return [_add(session, campaign, ratee, content, by) for ratee, content in bands.items()]


def take_back(session: Session, campaign_code: str, number: int, reason: str, by: By) -> Entry:
    """Put on record that an earlier decision stands no more, and why; the earlier entry stays as it is.

    Raises ``WrongState``, ``UnknownDecision`` (no such entry, or it was taken back already), ``BadDecision``.
    """
    campaign = _signed(session, campaign_code)
    earlier = standing_entry(decisions_of(session, campaign), number)
    content = read_content(EntryKind.TAKEN_BACK, {"entry": str(number), "reason": reason}, by.at.date())
    entry = publication_rows.add_entry(session, campaign, earlier.subject, content, by.actor, by.at)
    audit.record(
        session,
        by,
        Act.TAKE_BACK,
        campaign_code,
        number=entry.number,
        entry=number,
        subject=earlier.subject,
        content=_digest(content),
    )
    return entry


def standing_entry(decisions: Decisions, number: int) -> Entry:
    """Return an entry that can be taken back; raises ``UnknownDecision``."""
    found = next((entry for entry in decisions.standing if entry.number == number), None)
    if found is None:
        raise UnknownDecision(f"no entry {number} that could be taken back")
    return found


def _today(campaign: Campaign, by: By) -> date:
    return by.at.astimezone(ZoneInfo(campaign.definition.time_zone)).date()


def _add(session: Session, campaign: Campaign, subject: str, content: Content, by: By) -> Entry:
    entry = publication_rows.add_entry(session, campaign, subject, content, by.actor, by.at)
    audit.record(
        session,
        by,
        Act.DECIDE,
        campaign.code,
        number=entry.number,
        kind=entry.kind.value,
        subject=subject,
        content=_digest(content),
    )
    return entry


def _signed(session: Session, campaign_code: str) -> Campaign:
    campaign = locked_campaign(session, campaign_code)
    require_recordable(campaign)
    return campaign


def _digest(content: Content) -> str:
    """Name an entry's content in the log, so that it cannot be changed in the database unnoticed."""
    return digest(to_record(content))
