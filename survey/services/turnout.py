"""Turnout as pages may show it: while voting runs, nothing that ties a moment to a voter."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.campaign import Campaign, Entry, State
from survey.storage import token_rows
from survey.storage.token_rows import Turnout

LEAST_SHOWN = 20
"""A group of fewer codes shows only inside the total while voting runs."""
STEP = 5


@dataclass(frozen=True)
class ShownTurnout:
    """Codes by rater group, ``None`` for those only inside the total; ``stepped`` while voting runs."""

    groups: dict[str, Turnout | None]
    total: Turnout
    stepped: bool


def shown_turnout(session: Session, campaign: Campaign) -> ShownTurnout:
    """Count a campaign's codes, as finely as its pages may show them now."""
    exact = token_rows.turnout(session, campaign)
    total = Turnout(
        sum(row.issued for row in exact.values()),
        sum(row.voided for row in exact.values()),
        sum(row.returned for row in exact.values()),
    )
    if campaign.state is not State.OPEN:
        return ShownTurnout(dict(exact), total, stepped=False)
    given_out = campaign.definition.entry is Entry.OPEN
    groups = {
        key: _stepped(row, given_out=given_out) if row.issued >= LEAST_SHOWN or len(exact) == 1 else None
        for key, row in exact.items()
    }
    return ShownTurnout(groups, _stepped(total, given_out=given_out), stepped=True)


def _stepped(row: Turnout, *, given_out: bool) -> Turnout:
    """Return numbers that move in steps: of ballots until all are in, of codes where devices ask for them."""
    if given_out:
        return Turnout(_floor(row.issued), row.voided, _floor(row.returned))
    all_in = row.returned == row.issued - row.voided
    return Turnout(row.issued, row.voided, row.returned if all_in else _floor(row.returned))


def _floor(number: int) -> int:
    return number - number % STEP
