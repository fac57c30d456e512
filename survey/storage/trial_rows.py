"""Erasing a campaign: every row that it has anywhere, but the audit log."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign

from . import marks
from .tables import AuditRow, Base, CampaignRow, DraftRow, JobRow

READABLE = ("texts", "receipts", "counts")
"""Tables with what voters chose or wrote, unsealed; deleted rows of them are to be forgotten too."""


def files_of(session: Session, campaign: Campaign) -> list[str]:
    """Return the names of the files that jobs made for a campaign and that were not handed out yet."""
    rows = select(JobRow.file).where(JobRow.campaign == campaign.code, JobRow.file.is_not(None))
    return [name for name in session.scalars(rows) if name]


def erase(session: Session, campaign: Campaign) -> None:
    """Delete a campaign with all that belongs to it; needs its lock held alone."""
    # By the columns and not by a list of tables: a table that is added later is erased too.
    for table in Base.metadata.sorted_tables:
        if "campaign_id" in table.columns:
            session.execute(delete(table).where(table.c.campaign_id == campaign.id))
        elif "campaign" in table.columns and table.name != AuditRow.__tablename__:
            session.execute(delete(table).where(table.c.campaign == campaign.code))
    session.execute(delete(DraftRow).where(DraftRow.code == campaign.code))
    session.execute(delete(CampaignRow).where(CampaignRow.id == campaign.id))
    marks.note(session.connection(), (*marks.BOX, *READABLE))
