"""Moderating what voters wrote: nothing of it is read by others before somebody decided on it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import UnknownText, WrongState
from survey.domain.operations.paging import PAGE, list_page
from survey.domain.publication.moderation import SHOWN, Moderation, Text, require_redaction
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import text_rows
from survey.storage.campaign_rows import find_campaign, locked_campaign

from .publishing import COUNTED

DECIDED = (Moderation.RELEASED, Moderation.WITHHELD, Moderation.REDACTED)


@dataclass(frozen=True)
class Queue:
    """One page of the texts of a status.

    ``numbers`` counts all texts by status, ``subjects`` those of this status by subject.
    """

    texts: list[Text]
    page: int
    last: int
    numbers: dict[Moderation, int]
    subjects: dict[str, int]


def queue(
    session: Session, campaign_code: str, status: Moderation, subject: str | None = None, page: int = 1
) -> Queue:
    """Return a page of a campaign's texts; raises ``WrongState`` before the count."""
    campaign = _counted(find_campaign(session, campaign_code))
    found = text_rows.count_texts(session, campaign)
    numbers: Counter[Moderation] = Counter()
    subjects: dict[str, int] = {}
    for (about, standing), number in found.items():
        numbers[standing] += number
        if standing is status:
            subjects[about] = number
    total = sum(subjects.values()) if subject is None else subjects.get(subject, 0)
    page, last, places = list_page(total, page)
    texts = text_rows.find_texts(session, campaign, (status,), subject, first=places.start, most=PAGE)
    return Queue(texts, page, last, {status: numbers[status] for status in Moderation}, subjects)


def find_text(session: Session, campaign_code: str, key: str) -> Text:
    """Return one text for its moderator; raises ``WrongState`` before the count, ``UnknownText``."""
    text = text_rows.find_text(session, _counted(find_campaign(session, campaign_code)), _bytes(key))
    if text is None:
        raise UnknownText(f"{campaign_code} has no such text")
    return text


def release(session: Session, campaign_code: str, keys: Sequence[str], by: By) -> int:
    """Release texts as they were written; return how many were not decided before.

    Once results are published, only a text that waits can be released. Raises ``WrongState``.
    """
    campaign = _counted(locked_campaign(session, campaign_code))
    before = (Moderation.WAITING,) if campaign.is_published else (Moderation.WAITING, Moderation.WITHHELD)
    return _decide(session, campaign, keys, before, Moderation.RELEASED, by)


def withhold(session: Session, campaign_code: str, keys: Sequence[str], by: By) -> int:
    """Keep texts back, also those that were shown before; return how many. Raises ``WrongState``."""
    campaign = _counted(locked_campaign(session, campaign_code))
    return _decide(session, campaign, keys, (Moderation.WAITING, *SHOWN), Moderation.WITHHELD, by)


def redact(session: Session, campaign_code: str, key: str, redacted: str, by: By) -> None:
    """Show a text in a version of the moderator's; the text as written is kept beside it.

    Raises ``WrongState``, ``UnknownText`` and ``BadRedaction``.
    """
    campaign = _counted(locked_campaign(session, campaign_code))
    text = find_text(session, campaign_code, key)
    if campaign.is_published and text.status is Moderation.WITHHELD:
        raise _published(campaign)
    kept = require_redaction(redacted, text.text)
    text_rows.set_status(session, campaign, [_bytes(key)], list(Moderation), Moderation.REDACTED, kept)
    audit.record(session, by, Act.MODERATE, campaign_code, texts=1)


def undo(session: Session, campaign_code: str, keys: Sequence[str], by: By) -> int:
    """Take decisions on texts back; return how many. Raises ``WrongState`` once results are published."""
    campaign = _counted(locked_campaign(session, campaign_code))
    if campaign.is_published:
        raise _published(campaign)
    return _decide(session, campaign, keys, DECIDED, Moderation.WAITING, by)


def released(session: Session, campaign_code: str) -> list[Text]:
    """Return the texts that others may read, by subject; raises ``WrongState`` before the count.

    What to print of each is its ``shown``, never its ``text``.
    """
    return text_rows.find_texts(session, _counted(find_campaign(session, campaign_code)), SHOWN)


def _decide(
    session: Session,
    campaign: Campaign,
    keys: Sequence[str],
    before: Sequence[Moderation],
    status: Moderation,
    by: By,
) -> int:
    changed = text_rows.set_status(session, campaign, [_bytes(key) for key in keys], before, status)
    if changed:
        # How many, and no more: which texts, and in what order, would be a trace through them.
        audit.record(session, by, Act.MODERATE, campaign.code, texts=changed)
    return changed


def _counted(campaign: Campaign) -> Campaign:
    campaign.require(*COUNTED, to="moderate texts")
    return campaign


def _published(campaign: Campaign) -> WrongState:
    return WrongState(
        f"the results of {campaign.code} are published; withdraw them before a decision is taken back"
    )


def _bytes(key: str) -> bytes:
    try:
        return bytes.fromhex(key)
    except ValueError as error:
        raise UnknownText("there is no such text") from error
