"""Opening and ending one ratee after the other, for voters who fill in their ballots meanwhile.

Administrators alone write here, and each act is in the log. Voters' requests read it, and are told no more
than whose turn it is.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.ballot.turns import RESUME, TurnStanding
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import ChangedMeanwhile, Closed, NotOpen, NoTurns, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import turn_rows
from survey.storage.campaign_rows import locked_campaign
from survey.storage.fast_connection import Executor

TurnAct = Callable[[TurnStanding], TurnStanding]
"""What is done: a method of ``TurnStanding``, with its ratee where it has one."""


def standing(session: Session, campaign: Campaign) -> TurnStanding:
    """Return how far a campaign has come; raises ``NoTurns`` where it does not go person by person."""
    if not campaign.definition.turns:
        raise NoTurns(campaign.code)
    return turn_rows.standing(session, campaign.id, campaign.definition)


def take(
    session: Session, campaign_code: str, done: str, act: TurnAct, by: By, seen: int | None = None
) -> tuple[TurnStanding, str]:
    """Do one act; return how it stands then, and the log's check value.

    ``done`` names the act in the log; ``seen`` is the revision from which somebody decided. Raises
    ``NoTurns``, ``WrongState``, ``ChangedMeanwhile`` where another one was quicker, and ``WrongTurn``.
    """
    campaign = locked_campaign(session, campaign_code)
    before = standing(session, campaign)
    campaign.require(State.OPEN, to="go on to another ratee")
    if campaign.held:
        raise WrongState(
            f"cannot go on to another ratee: {campaign_code} was restored from a backup and is held; "
            "next: minping campaign open, by an owner"
        )
    if seen is not None and seen != before.revision:
        raise ChangedMeanwhile(campaign_code)
    after = act(before)
    return after, _write(session, campaign, before, after, done, by)


def resume(session: Session, campaign: Campaign, by: By) -> None:
    """Go on after a restore; the campaign's lock is held.

    Persons can be opened again from then on, also where ballots were taken already.
    """
    before = standing(session, campaign)
    _write(session, campaign, before, before.resume(), RESUME, by)


def _write(
    session: Session, campaign: Campaign, before: TurnStanding, after: TurnStanding, done: str, by: By
) -> str:
    turn_rows.set_standing(session, campaign, after)
    were = before.by_ratee
    changed = {key: turn.value for key, turn in after.turns if turn is not were[key]}
    names = {key: campaign.definition.ratee[key].name for key in changed}
    facts = {"ended": before.handing_in} if done == RESUME else {}
    return audit.record(session, by, Act.TURN, campaign.code, done=done, turns=changed, names=names, **facts)


def told(conn: Executor, campaign_code: str) -> TurnStanding | None:
    """Return what whoever waits is told, the same for all; ``None`` where no such campaign is armed yet.

    Raises ``NotOpen`` before voting and while a restore holds it, and ``Closed`` after.
    """
    found = turn_rows.told(conn, campaign_code)
    if found is None or found.state is State.DRAFT:
        return None  # no voter has to do with a draft, and strangers learn of none
    if found.state is State.ARMED or (found.state is State.OPEN and found.held):
        raise NotOpen
    if found.state is not State.OPEN:
        raise Closed
    return found.standing
