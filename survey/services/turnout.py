"""The turnout as pages may show it while voting runs; the command ``minping turnout`` is exact."""

from sqlalchemy.orm import Session

from survey.domain.campaign import Campaign, Entry, State
from survey.domain.showing import Codes, ShownTurnout, show
from survey.storage import token_rows


def shown_turnout(session: Session, campaign: Campaign) -> ShownTurnout:
    """Return the turnout by rater group and in total, coarse until voting is over (docs/secrecy.md)."""
    counted = token_rows.turnout(session, campaign)
    return show(
        {group: Codes(one.issued, one.voided, one.returned) for group, one in counted.items()},
        running=campaign.state is State.OPEN,
        by_device=campaign.definition.entry is Entry.OPEN,
    )
