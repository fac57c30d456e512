"""How far campaigns have come that go person by person: one row each."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.ballot.turns import TurnStanding, begun, standing_of
from survey.domain.definition.campaign import Campaign, Definition, State
from survey.domain.definition.canonical import canonical_json

from .campaign_rows import definition_of
from .fast_connection import Executor, run
from .tables import TurnsRow

_STANDING = "SELECT turns.revision, turns.handing_in, turns.standing FROM turns WHERE turns.campaign_id = ?"
_TOLD = (
    "SELECT campaigns.id, campaigns.digest, campaigns.wording, campaigns.state, campaigns.held "
    "FROM campaigns WHERE campaigns.code = ?"
)


@dataclass(frozen=True)
class ToldTurns:
    """What whoever waits is told of a campaign: its state, whether it is held, and the turns."""

    state: State
    held: bool
    standing: TurnStanding


def standing(conn: Executor, campaign_id: int, definition: Definition) -> TurnStanding:
    """Return how far a campaign has come; before the first act all are waiting."""
    found = run(conn, _STANDING, campaign_id).fetchone()
    revision, handing_in, stored = found or (0, False, "{}")
    return standing_of(definition, json.loads(stored), handing_in=bool(handing_in), revision=revision)


def told(conn: Executor, campaign_code: str) -> ToldTurns | None:
    """Return what may be told of a campaign by its code; ``None`` where none goes person by person."""
    found = run(conn, _TOLD, campaign_code).fetchone()
    if found is None:
        return None
    campaign_id, digest, wording, state, held = found
    definition = definition_of(conn, campaign_id, digest, wording)
    if not definition.turns:
        return None
    return ToldTurns(State(state), bool(held), standing(conn, campaign_id, definition))


def set_standing(session: Session, campaign: Campaign, made: TurnStanding) -> None:
    """Write how far a campaign has come; its lock is held alone."""
    session.merge(
        TurnsRow(
            campaign_id=campaign.id,
            revision=made.revision,
            handing_in=made.handing_in,
            standing=canonical_json(begun(made.turns)),
        )
    )
