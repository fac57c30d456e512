"""The urn of paper ballots, as the audit log has it: what was counted by hand, and what was refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.paper.record import SheetRefusal
from survey.services.audit import audit

URN = "urn"
"""The fact of the log: sheets in the urn, counted by hand."""
REFUSED = "refused"
"""The fact of ``SCAN`` and ``PUT_IN``: sheets refused so far, by why."""


@dataclass(frozen=True)
class Urn:
    """How many sheets people counted, ``None`` where nobody did, and how many did not get into the box."""

    by_hand: int | None = None
    refused: int = 0


def read_urn(session: Session, campaign: Campaign) -> Urn:
    """Read what the log says last of a campaign's urn."""
    return urn_of(facts for _, facts in audit.current_history(session, campaign.code))


def urn_of(acts: Iterable[Mapping[str, Any]]) -> Urn:
    """Read what the facts of acts, in order, say last of the urn.

    A sheet that was scanned again is no other sheet: it is not among the refused.
    """
    by_hand: int | None = None
    refused: Mapping[str, int] = {}
    for facts in acts:
        by_hand = facts.get(URN, by_hand)
        refused = facts.get(REFUSED, refused)
    again = refused.get(SheetRefusal.ALREADY_SCANNED, 0)
    return Urn(by_hand, sum(refused.values()) - again)
