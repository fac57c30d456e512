"""The ceiling of an open campaign: one number to look at, however many codes there are."""

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign

from .database import changed_rows
from .tables import CodesGivenRow

_TAKE = (
    update(CodesGivenRow)
    .where(
        CodesGivenRow.campaign_id == bindparam("of_campaign"),
        CodesGivenRow.number < bindparam("ceiling"),
    )
    .values(number=CodesGivenRow.number + 1)
)

_COUNT = text(
    "INSERT INTO codes_given (campaign_id, number) "
    "SELECT :campaign, count(*) FROM tokens WHERE campaign_id = :campaign ON CONFLICT DO NOTHING"
)


def take_room(session: Session, campaign: Campaign) -> bool:
    """Take room for one more code below a campaign's ceiling; return whether there was any.

    One conditional update, so that of several requests for the last place exactly one gets it: the others
    wait for its transaction, on PostgreSQL at this row. The campaign's lock must be held, at least shared.
    """
    if _take(session, campaign):
        return True
    known = select(CodesGivenRow.number).where(CodesGivenRow.campaign_id == campaign.id)
    if session.scalar(known) is not None:
        return False
    _count(session, campaign)
    return _take(session, campaign)


def forget_room(session: Session, campaign: Campaign) -> None:
    """Drop the number, for good after the close, else to be counted anew; needs the lock held alone."""
    session.execute(delete(CodesGivenRow).where(CodesGivenRow.campaign_id == campaign.id))


def _take(session: Session, campaign: Campaign) -> bool:
    bound = {"of_campaign": campaign.id, "ceiling": campaign.definition.ceiling}
    return changed_rows(session.connection().execute(_TAKE, bound)) == 1


def _count(session: Session, campaign: Campaign) -> None:
    """Make the number from the codes there are, unless another request made it meanwhile."""
    # A code is stored after its room was taken, in the same transaction. So whoever counts here without
    # seeing it meets that transaction's row, waits for it, and leaves the row as it is.
    session.connection().execute(_COUNT, {"campaign": campaign.id})
