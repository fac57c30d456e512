"""Publishing from a page: what readers would see, what would follow from it, and then just that published."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.totals.published_outcome import OutcomeEdition
from survey.domain.definition.campaign import Publication
from survey.domain.definition.canonical import canonical_json, digest_of_text
from survey.domain.errors import ChangedMeanwhile, ReasonMissing
from survey.services.assessment import publishing
from survey.services.assessment.assessments import current, locked_assessment
from survey.services.assessment.publishing import OpenEdition, PublishedPage
from survey.services.audit.audit import By


@dataclass(frozen=True)
class ChosenEdition:
    """What somebody chose to publish: to whom, which columns, with which note for readers."""

    level: Publication
    columns: Sequence[str]
    note: str = ""


@dataclass(frozen=True)
class EditionPreview:
    """An edition as it would be read.

    ``is_outdated`` tells that something came on record since the record was signed. ``seen`` names all that
    the page shows: publishing asks for it again.
    """

    opened: OpenEdition
    page: PublishedPage
    is_outdated: bool

    @property
    def edition(self) -> OutcomeEdition:
        """Return the edition that would be made."""
        return self.opened.edition

    @property
    def wants_ticks(self) -> bool:
        """Return whether something must be acknowledged before it is published."""
        return bool(self.edition.follow) or self.is_outdated

    @property
    def seen(self) -> str:
        """Return the digest of what is shown, but for the moment."""
        one = self.edition
        shown = [one.number, one.level, one.record, one.columns, one.follow, one.note, one.decisions]
        return digest_of_text(canonical_json([*shown, self.page.record.digest, self.is_outdated]))


def preview(session: Session, assessment_code: str, chosen: ChosenEdition, by: By) -> EditionPreview:
    """Return what readers would see of an outcome; nothing is stored.

    Raises ``WrongStage``, ``NotScored``, ``BadEdition`` and ``BrokenRecord``.
    """
    assessment = current(session, assessment_code)
    opened = publishing.edition_to_be(
        session, assessment, chosen.level, chosen.columns, chosen.note.strip(), by.at
    )
    came = publishing.came_since_signing(session, assessment_code)
    return EditionPreview(opened, publishing.published_page(session, opened), bool(came))


def publish_seen(
    session: Session,
    assessment_code: str,
    chosen: ChosenEdition,
    by: By,
    *,
    seen: str,
    follow: bool,
    outdated: bool,
) -> OutcomeEdition:
    """Publish what was previewed (``seen``); sent twice, it is published once.

    ``follow`` and ``outdated`` are the ticks that acknowledge what readers can work out, and that something
    came since. Raises ``ChangedMeanwhile`` where readers would see something else than the preview showed,
    ``ReasonMissing`` without a tick that is asked for, and what ``preview`` raises.
    """
    assessment = locked_assessment(session, assessment_code)
    found = preview(session, assessment_code, chosen, by)
    before = publishing.all_editions(session, assessment)
    if found.seen != seen:
        if before and _is_published(before[0][0], found.edition):
            return before[0][0]
        raise ChangedMeanwhile(assessment_code)
    if (found.edition.follow and not follow) or (found.is_outdated and not outdated):
        raise ReasonMissing("what follows from an edition, or came since, is to be acknowledged")
    return publishing.publish(session, assessment_code, chosen.level, chosen.columns, by, chosen.note.strip())


def withdraw(session: Session, assessment_code: str, number: int, by: By) -> bool:
    """Withdraw the edition of that number; return whether it could be read until now.

    Raises ``WrongStage``.
    """
    locked_assessment(session, assessment_code)
    found = publishing.open_edition(session, assessment_code)
    if found is None or found.edition.number != number:
        return False
    publishing.publish(session, assessment_code, Publication.WITHDRAWN, (), by)
    return True


def _is_published(last: OutcomeEdition, wanted: OutcomeEdition) -> bool:
    """Return whether the last edition, still open, is the one wanted: the form was sent twice."""
    same = ("level", "record", "columns", "note", "decisions")
    return last.withdrawn_at is None and all(getattr(last, one) == getattr(wanted, one) for one in same)
