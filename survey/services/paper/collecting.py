"""The beginning of collecting: voting by phone ends for good, before anybody opens the urn."""

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import State
from survey.domain.errors import NoPaper, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import campaign_rows, token_rows
from survey.storage.campaign_rows import locked_campaign


def collect(session: Session, campaign_code: str, by: By) -> str:
    """End the voting by phone, for good, so that paper ballots can be read; return the check value.

    The lock is held alone: every ballot acknowledged before is in the box, every later one is refused, as by
    a close. Raises ``NoPaper`` and ``WrongState``.
    """
    campaign = locked_campaign(session, campaign_code)
    campaign.require_paper(to="collect paper ballots")
    if campaign.collecting:
        raise WrongState(f"{campaign_code} collects paper ballots already; {campaign.next_step}")
    campaign_rows.set_collecting(session, campaign)
    numbers = token_rows.code_numbers(session, campaign).values()
    # Not by rater group: less than what the close notes, they would say how many of each voted on paper.
    issued, voided, returned = (sum(each) for each in zip(*numbers, strict=True))
    facts = {"issued": issued, "voided": voided, "returned": returned}
    return audit.record(session, by, Act.COLLECT, campaign_code, **facts)


def note_urn(session: Session, campaign_code: str, number: int, by: By) -> str:
    """Note how many sheets were counted by hand as the urn was opened; return the check value.

    What is noted last counts. Raises ``NoPaper`` and ``WrongState``.
    """
    campaign = locked_campaign(session, campaign_code)
    if campaign.definition.paper is None:
        raise NoPaper(campaign_code)
    campaign.require(State.OPEN, State.CLOSED, to="note how many sheets were in the urn")
    return audit.record(session, by, Act.URN, campaign_code, urn=number)
