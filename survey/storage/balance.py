"""Whether box and marks agree: as many ballots as spent codes, in every state of a campaign."""

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from .tables import BallotRow, CampaignRow, TokenRow


def out_of_balance(session: Session) -> list[str]:
    """Return the codes of campaigns whose ballots are not as many as their spent codes."""
    ballots = _by_campaign(session, select(BallotRow.campaign_id, func.count()))
    spent = _by_campaign(session, select(TokenRow.campaign_id, func.count()).where(TokenRow.spent == 1))
    rows = session.execute(select(CampaignRow.id, CampaignRow.code).order_by(CampaignRow.id))
    return [code for number, code in rows if ballots.get(number) != spent.get(number)]


def _by_campaign(session: Session, counted: Select[int, int]) -> dict[int, int]:
    return dict(list(session.execute(counted.group_by(text("campaign_id")))))


def takes_writes(session: Session) -> bool:
    """Tell whether the database can be written: a PostgreSQL standby cannot."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(text("SHOW transaction_read_only")) == "off")
