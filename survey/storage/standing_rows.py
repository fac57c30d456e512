"""What a campaign's page asks beside the campaign itself."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign

from .tables import AccountRow, TextRow


def number_of_accounts(session: Session, role: str, unit: str) -> int:
    """Return how many accounts of a unit have a role and are in use."""
    found = select(func.count()).where(
        AccountRow.role == role, AccountRow.unit == unit, AccountRow.disabled.is_(False)
    )
    return session.scalars(found).one()


def number_of_waiting_texts(session: Session, campaign: Campaign) -> int:
    """Return how many texts of a campaign no moderator has decided on."""
    found = select(func.count()).where(TextRow.campaign_id == campaign.id, TextRow.status == "waiting")
    return session.scalars(found).one()
