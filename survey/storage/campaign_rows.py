"""Campaigns: rows to domain and back, and every row of one erased."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from survey.domain.audit.corrections import changes_between
from survey.domain.definition.campaign import Campaign, Custody, Definition, Publication, State
from survey.domain.definition.canonical import canonical_json, digest_of_text
from survey.domain.definition.reader import read_definition
from survey.domain.errors import UnknownCampaign
from survey.domain.operations.bounded_cache import BoundedCache

from . import forgetting, paper_rows
from .database import lock_campaign
from .draft_rows import read_document
from .fast_connection import Executor, run
from .operations import job_rows
from .tables import (
    AuditRow,
    Base,
    CampaignRow,
    DraftRow,
    JobRow,
    PresenceRow,
    TextRow,
    TokenRow,
    TokensGivenRow,
)

READABLE = ("texts", "receipts", "counts", "written_names", "name_choices")
"""Tables with what voters chose or wrote, unsealed; deleted rows of them are to be forgotten too."""


def find_campaign(session: Session, campaign_code: str) -> Campaign:
    """Return a campaign by its code; raises ``UnknownCampaign``."""
    row = session.scalar(select(CampaignRow).where(CampaignRow.code == campaign_code))
    if row is None:
        raise UnknownCampaign(campaign_code)
    return _campaign(session, row)


def locked_campaign(session: Session, campaign_code: str) -> Campaign:
    """Return a campaign as it stands once its lock is held alone; raises ``UnknownCampaign``."""
    lock_campaign(session, find_campaign(session, campaign_code).id)
    return find_campaign(session, campaign_code)


def list_campaigns(session: Session) -> list[Campaign]:
    """Return all campaigns in the order in which they were loaded."""
    return [_campaign(session, row) for row in session.scalars(select(CampaignRow).order_by(CampaignRow.id))]


def open_campaigns(session: Session) -> list[Campaign]:
    """Return the campaigns in which voting is open."""
    rows = select(CampaignRow).where(CampaignRow.state == State.OPEN).order_by(CampaignRow.id)
    return [_campaign(session, row) for row in session.scalars(rows)]


def armed_campaigns(session: Session) -> list[Campaign]:
    """Return the campaigns that are armed and not open yet."""
    rows = select(CampaignRow).where(CampaignRow.state == State.ARMED).order_by(CampaignRow.id)
    return [_campaign(session, row) for row in session.scalars(rows)]


def add_campaign(session: Session, definition: Definition, data: dict[str, object], unit: str) -> None:
    """Store a new draft of a unit; ``data`` is the parsed definition file."""
    session.add(
        CampaignRow(
            code=definition.code,
            definition=canonical_json(data),
            digest=definition.digest,
            state=State.DRAFT,
            publication=Publication.NONE,
            unit=unit,
        )
    )
    session.flush()


def replace_definition(
    session: Session, campaign: Campaign, definition: Definition, data: dict[str, object]
) -> None:
    """Store another definition for a draft."""
    _change(session, campaign, definition=canonical_json(data), digest=definition.digest)


def document_of(session: Session, campaign: Campaign) -> dict[str, Any]:
    """Return a campaign's definition, as corrected last, in the shape of the file that it was read from."""
    said = func.coalesce(CampaignRow.corrected, CampaignRow.definition)
    return read_document(session.scalars(select(said).where(CampaignRow.id == campaign.id)).one())


def armed_document_of(session: Session, campaign: Campaign) -> dict[str, Any]:
    """Return a campaign's definition as it was armed, whatever was corrected since."""
    row = select(CampaignRow.definition).where(CampaignRow.id == campaign.id)
    return read_document(session.scalars(row).one())


def set_corrected(session: Session, campaign: Campaign, document: dict[str, Any], wording: str) -> None:
    """Note how the texts of a frozen definition were corrected; ``wording`` is the digest of that."""
    _change(session, campaign, corrected=canonical_json(document), wording=wording)


@dataclass(frozen=True)
class StoredDefinition:
    """A definition as it is stored: the text that was armed and the corrected one, each with its digest."""

    text: str
    digest: str
    corrected: str | None
    wording: str | None


def stored_definitions(session: Session) -> Iterator[tuple[str, StoredDefinition]]:
    """Read the definitions of all campaigns, each with its campaign's code."""
    columns = CampaignRow.definition, CampaignRow.digest, CampaignRow.corrected, CampaignRow.wording
    rows = select(CampaignRow.code, *columns).order_by(CampaignRow.id)
    for campaign_code, text, digest, corrected, wording in session.execute(rows):
        yield campaign_code, StoredDefinition(text, digest, corrected, wording)


def drop_campaign(session: Session, campaign: Campaign) -> None:
    """Forget a campaign of which nothing but its definition exists."""
    session.execute(delete(CampaignRow).where(CampaignRow.id == campaign.id))


def set_state(session: Session, campaign: Campaign, state: State) -> None:
    """Move a campaign on."""
    _change(session, campaign, state=state)


def set_armed(
    session: Session, campaign: Campaign, custody: Custody, public_key: bytes, statements: str | None = None
) -> None:
    """Freeze a definition under the public key of its box, and files of reports under their digest."""
    _change(
        session,
        campaign,
        state=State.ARMED,
        custody=custody,
        public_key=public_key,
        statements=statements,
    )


def take_back(session: Session, campaign: Campaign) -> None:
    """Make an armed campaign a draft again, as corrected last: without key, codes, and persons present."""
    for row in (TokenRow, TokensGivenRow, PresenceRow):
        session.execute(delete(row).where(row.campaign_id == campaign.id))
    _change(
        session,
        campaign,
        state=State.DRAFT,
        custody=None,
        public_key=None,
        held=False,
        extended_to=None,
        postponed_to=None,
        definition=func.coalesce(CampaignRow.corrected, CampaignRow.definition),
        digest=func.coalesce(CampaignRow.wording, CampaignRow.digest),
        corrected=None,
        wording=None,
        statements=None,
    )


def set_shaken(session: Session, campaign: Campaign) -> None:
    """Note that the box was mixed."""
    _change(session, campaign, shaken=True)


def set_forgotten(session: Session, campaign: Campaign) -> None:
    """Note that the database's files forgot the order before the shake."""
    _change(session, campaign, forgotten=True)


def set_held(session: Session, campaign: Campaign, *, held: bool) -> None:
    """Keep voters out, or let them in again."""
    _change(session, campaign, held=held)


def set_collecting(session: Session, campaign: Campaign) -> None:
    """End the voting by phone for good: from here on paper ballots are read."""
    _change(session, campaign, collecting=True)


def set_extended(session: Session, campaign: Campaign, to: datetime) -> None:
    """Note the later end of a campaign."""
    _change(session, campaign, extended_to=to)


def set_postponed(session: Session, campaign: Campaign, to: datetime) -> None:
    """Note the later beginning of a campaign that is armed; whoever sets it has decided that it begins."""
    _change(session, campaign, postponed_to=to, held=False)


def set_trial(session: Session, campaign: Campaign, of: str) -> None:
    """Note that a campaign only tries another one out."""
    _change(session, campaign, trial_of=of)


def trials_of(session: Session, campaign_code: str) -> list[str]:
    """Return the codes of the campaigns that try this one out."""
    rows = select(CampaignRow.code).where(CampaignRow.trial_of == campaign_code).order_by(CampaignRow.id)
    return list(session.scalars(rows))


def set_publication(session: Session, campaign: Campaign, publication: Publication) -> None:
    """Note who may read the results page."""
    _change(session, campaign, publication=publication)


def set_present(session: Session, campaign: Campaign, group: str, number: int) -> None:
    """Note how many people of a rater group are in the room."""
    session.merge(PresenceRow(campaign_id=campaign.id, rater_group=group, number=number))


def present(session: Session, campaign: Campaign) -> dict[str, int]:
    """Return the people present, by rater group, where they were counted."""
    rows = select(PresenceRow).where(PresenceRow.campaign_id == campaign.id)
    return {row.rater_group: row.number for row in session.scalars(rows)}


# A definition in memory takes nine to fifteen times as many bytes as its text has characters.
_BYTES_A_CHARACTER = 12
_definitions = BoundedCache[tuple[str, str], Definition](max_entries=2048, max_bytes=128 * 1024 * 1024)

_DEFINITION = "SELECT campaigns.definition, campaigns.corrected FROM campaigns WHERE campaigns.id = ?"


def definition_of(conn: Executor, campaign_id: int, digest: str, wording: str | None = None) -> Definition:
    """Return a campaign's definition, read once for each digest and wording: their text can never change.

    ``wording`` is the digest of the texts as they were corrected after arming, ``None`` where none was.
    """
    definition = _definitions.get((digest, wording or ""))
    if definition is None:
        text, corrected = run(conn, _DEFINITION, campaign_id).fetchone()
        definition = _read(text, corrected)
        # A draft may have been saved again, an armed one corrected, between these digests and their text.
        if definition.shown == (digest, wording or ""):
            _definitions.put(definition.shown, definition, _BYTES_A_CHARACTER * len(text))
    return definition


def _read(text: str, corrected: str | None) -> Definition:
    armed = read_document(text)
    if corrected is None:
        return read_definition(armed)
    document = read_document(corrected)
    definition = read_definition(document)
    changes = changes_between(armed, document)
    return replace(definition, digest=digest_of_text(text), wording=definition.digest, changes=changes)


def _campaign(session: Session, row: CampaignRow) -> Campaign:
    return Campaign(
        id=row.id,
        definition=definition_of(session, row.id, row.digest, row.wording),
        state=State(row.state),
        custody=Custody(row.custody) if row.custody else None,
        public_key=row.public_key,
        shaken=row.shaken,
        forgotten=row.forgotten,
        held=row.held,
        publication=Publication(row.publication),
        unit=row.unit,
        trial_of=row.trial_of,
        extended_to=row.extended_to,
        postponed_to=row.postponed_to,
        statements=row.statements,
        collecting=row.collecting,
    )


def _change(session: Session, campaign: Campaign, **values: object) -> None:
    session.execute(update(CampaignRow).where(CampaignRow.id == campaign.id).values(**values))


def number_of_waiting_texts(session: Session, campaign: Campaign) -> int:
    """Return how many texts of a campaign no moderator has decided on."""
    found = select(func.count()).where(TextRow.campaign_id == campaign.id, TextRow.status == "waiting")
    return session.scalars(found).one()


def files_of(session: Session, campaign: Campaign) -> list[str]:
    """Return the names of the files that jobs made for a campaign and that were not handed out yet."""
    rows = select(JobRow.file).where(JobRow.campaign == campaign.code, JobRow.file.is_not(None))
    return [name for name in session.scalars(rows) if name]


def erase(session: Session, campaign: Campaign) -> None:
    """Delete a campaign with all that belongs to it; needs its lock held alone."""
    job_rows.drop_pieces(session, files_of(session, campaign))
    # By the columns and not by a list of tables: a table that is added later is erased too.
    for table in Base.metadata.sorted_tables:
        if "campaign_id" in table.columns:
            session.execute(delete(table).where(table.c.campaign_id == campaign.id))
        elif "campaign" in table.columns and table.name != AuditRow.__tablename__:
            session.execute(delete(table).where(table.c.campaign == campaign.code))
    session.execute(delete(DraftRow).where(DraftRow.code == campaign.code))
    session.execute(delete(CampaignRow).where(CampaignRow.id == campaign.id))
    sms = forgetting.SMS if campaign.definition.by_sms else ()
    forgetting.note(session.connection(), (*forgetting.BOX, *READABLE, *paper_rows.TABLES, *sms))
