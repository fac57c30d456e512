"""Publishing an outcome column by column, in dated editions, and what readers are given of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.totals.band_decisions import bands_beside
from survey.domain.assessment.totals.followed_columns import ShownOutcome, followed_columns
from survey.domain.assessment.totals.publication_columns import BAND, all_columns, read_columns
from survey.domain.assessment.totals.published_outcome import (
    OutcomeEdition,
    PublishedClass,
    published_classes,
)
from survey.domain.assessment.totals.score_record import ScoreRecord, read_evidence
from survey.domain.assessment.totals.sheet_values import untold_components
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Publication
from survey.domain.errors import NotScored, WrongStage
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import score_record_rows
from survey.storage.assessment.assessment_rows import Assessment

from .assessments import current, locked_assessment, logged_as
from .deciding import bands_of
from .score_records import (
    RecordReadBack,
    came_since,
    is_outdated,
    read_back,
    require_as_logged,
    signed_record,
)

PUBLISHABLE = (Stage.SCORED, Stage.DECIDED, Stage.CLOSED)


@dataclass(frozen=True)
class OpenEdition:
    """An edition that can be read now, and those before it, the latest first."""

    assessment: Assessment
    edition: OutcomeEdition
    before: tuple[OutcomeEdition, ...]
    withdrawals: int

    @property
    def corrects(self) -> OutcomeEdition | None:
        """Return the edition before it, where it says something else of the same; else ``None``."""
        return self.before[0] if self.before and self.edition.corrects(self.before[0]) else None


@dataclass(frozen=True)
class PublishedPage:
    """What readers are given of an edition, and nothing else of the record."""

    definition: AssessmentDefinition
    record: ScoreRecord
    classes: tuple[PublishedClass, ...]


def what_follows(session: Session, assessment_code: str, columns: Sequence[str]) -> tuple[str, ...]:
    """List the columns left out that readers could work out from those chosen.

    What earlier editions showed is known to them, also after it was withdrawn. Raises ``WrongStage``,
    ``NotScored`` and ``BadEdition``.
    """
    found = _signed(session, current(session, assessment_code))
    return _follow(session, found, read_columns(found.assessment.definition, columns))


def came_since_signing(session: Session, assessment_code: str) -> str:
    """Return what came after the signed record that would be published; empty where nothing did.

    Raises ``WrongStage``, ``NotScored`` and ``BrokenRecord``.
    """
    found = _signed(session, current(session, assessment_code))
    return came_since(found.record) if is_outdated(session, found) else ""


def publish(
    session: Session,
    assessment_code: str,
    level: Publication,
    columns: Sequence[str],
    by: By,
    note: str = "",
) -> OutcomeEdition:
    """Publish columns of the signed record in a new edition, or withdraw the one that can be read.

    The edition says which hidden columns ``follow`` from those shown; whoever publishes is to be asked
    before (``what_follows``). Raises ``WrongStage``, ``NotScored`` where the record is not signed or bands
    are not decided, and ``BadEdition``.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *PUBLISHABLE, to="publish")
    if level is Publication.WITHDRAWN:
        return _withdraw(session, assessment, by)
    found = _signed(session, assessment)
    edition = _edition_of(session, found, level, columns, note, by.at)
    score_record_rows.add_edition(session, assessment.id, edition, by.actor)
    audit.record(
        session,
        by,
        Act.ASSESSMENT_PUBLISH,
        logged_as(assessment_code),
        publication=level,
        edition=edition.number,
        record=found.record.number,
        digest=found.record.digest,
        columns=list(edition.columns),
        follow=list(edition.follow),
        note=edition.note,
        decisions=edition.decisions,
        outdated=is_outdated(session, found),
    )
    return edition


def edition_to_be(
    session: Session,
    assessment: Assessment,
    level: Publication,
    columns: Sequence[str],
    note: str,
    at: datetime,
) -> OpenEdition:
    """Return the edition that publishing would make, as it could be read then; nothing is stored.

    Raises what ``publish`` raises.
    """
    found = _signed(session, assessment)
    edition = _edition_of(session, found, level, columns, note, at)
    before = score_record_rows.editions(session, assessment.id)
    withdrawals = sum(one.withdrawn_at is not None for one in before)
    return OpenEdition(assessment, edition, tuple(reversed(before)), withdrawals)


def all_editions(session: Session, assessment: Assessment) -> list[tuple[OutcomeEdition, str]]:
    """List all editions, the last one first, each with who published it."""
    by_whom = score_record_rows.publishers(session, assessment.id)
    found = score_record_rows.editions(session, assessment.id)
    return [(one, by_whom[one.number]) for one in reversed(found)]


def _edition_of(
    session: Session,
    found: RecordReadBack,
    level: Publication,
    columns: Sequence[str],
    note: str,
    at: datetime,
) -> OutcomeEdition:
    chosen = read_columns(found.assessment.definition, columns)
    if BAND in chosen:
        _require_decided(session, found)
    decided = score_record_rows.decisions(session, found.assessment.id)
    edition = OutcomeEdition(
        number=len(score_record_rows.editions(session, found.assessment.id)) + 1,
        level=level,
        record=found.record.number,
        columns=chosen,
        follow=_follow(session, found, chosen),
        note=note,
        decisions=decided[-1].number if decided else 0,
        published_at=at,
    )
    edition.require_sound()
    return edition


def open_edition(session: Session, assessment_code: str) -> OpenEdition | None:
    """Return the edition that can be read now, if there is one; raises ``UnknownAssessment``."""
    assessment = current(session, assessment_code)
    editions = score_record_rows.editions(session, assessment.id)
    if not editions or editions[-1].withdrawn_at:
        return None
    withdrawals = sum(one.withdrawn_at is not None for one in editions)
    return OpenEdition(assessment, editions[-1], tuple(editions[-2::-1]), withdrawals)


def published_page(session: Session, found: OpenEdition) -> PublishedPage:
    """Return what readers are given of an edition: its columns of its record, as decided by then.

    Raises ``BrokenRecord``.
    """
    require_as_logged(session, found.assessment)
    edition = found.edition
    record = score_record_rows.find_record(session, found.assessment.id, edition.record)
    read = read_back(session, found.assessment, record)
    decided = score_record_rows.decisions(session, found.assessment.id)
    bands = bands_beside(decided, record.number, upto=edition.decisions)
    definition = read.assessment.definition
    return PublishedPage(
        definition, record, published_classes(definition, edition.columns, read.units, bands, _untold(read))
    )


def _signed(session: Session, assessment: Assessment) -> RecordReadBack:
    require_stage(assessment.code, assessment.stage, *PUBLISHABLE, to="publish")
    return read_back(session, assessment, signed_record(session, assessment))


def _follow(session: Session, found: RecordReadBack, columns: Sequence[str]) -> tuple[str, ...]:
    """List what readers can work out: from these columns, and all that earlier editions showed or told."""
    assessment, definition = found.assessment, found.assessment.definition
    shown = [_shown(found, tuple(columns))]
    told: set[str] = set()
    for earlier in score_record_rows.editions(session, assessment.id):
        record = score_record_rows.find_record(session, assessment.id, earlier.record)
        shown.append(_shown(read_back(session, assessment, record), earlier.columns))
        told.update(earlier.follow)
    told = told.difference(columns).union(followed_columns(definition, shown))
    return tuple(name for name in all_columns(definition) if name in told)


def _shown(found: RecordReadBack, columns: tuple[str, ...]) -> ShownOutcome:
    return ShownOutcome(columns, found.units, _untold(found))


def _untold(found: RecordReadBack) -> dict[str, frozenset[str]]:
    return untold_components(found.assessment.definition, read_evidence(found.content).points)


def _require_decided(session: Session, found: RecordReadBack) -> None:
    decided = bands_of(session, found.assessment, found.record.number)
    open_ones = [unit["unit"] for unit in found.units if unit["unit"] not in decided]
    if open_ones:
        assessment_code = found.assessment.code
        raise NotScored(
            f"bands of {assessment_code} are not decided yet for {', '.join(open_ones)}; "
            f"next: minping assessment decide {assessment_code}"
        )


def _withdraw(session: Session, assessment: Assessment, by: By) -> OutcomeEdition:
    found = open_edition(session, assessment.code)
    if found is None:
        raise WrongStage(
            f"nothing of {assessment.code} is published; next: minping assessment publish {assessment.code}"
        )
    score_record_rows.set_withdrawn(session, assessment.id, found.edition.number, by.at)
    audit.record(
        session,
        by,
        Act.ASSESSMENT_PUBLISH,
        logged_as(assessment.code),
        publication=Publication.WITHDRAWN,
        edition=found.edition.number,
    )
    return score_record_rows.editions(session, assessment.id)[-1]
