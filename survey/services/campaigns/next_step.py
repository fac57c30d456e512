"""What comes next for a campaign, and what is missing for it, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.ballot.turns import TurnStanding
from survey.domain.definition.campaign import Campaign, EntryMode, State
from survey.domain.errors import UnfinishedDraft
from survey.services.accounts.resets import number_unconfirmed
from survey.services.accounts.signers import number_with_second_factor, signers_of
from survey.services.audit import audit
from survey.services.count import name_tellers
from survey.services.custody.key_files import key_path
from survey.services.paper.keys import is_copied, is_missing
from survey.services.results.publishing import COUNTED, accounting
from survey.services.voting import late_codes, turns
from survey.services.voting.turnout import shown_turnout
from survey.storage import campaign_rows, count_rows, statement_rows

from . import starting
from .campaigns import is_plain_http, require_written
from .starting import Way
from .step_checks import Check, Facts, NextAct, Severity, checks

if TYPE_CHECKING:
    from survey.services.paper.status import PaperStatus


@dataclass(frozen=True)
class NextStep:
    """The next act, and what to know before it."""

    act: NextAct
    checks: tuple[Check, ...]

    @property
    def possible(self) -> bool:
        """Return whether nothing stands in the way."""
        return all(check.standing is not Severity.BLOCK for check in self.checks)


def next_step(
    session: Session, campaign: Campaign, *, base_url: str, allow_http: bool, keys: Path, now: datetime
) -> NextStep:
    """Work out what comes next for a campaign."""
    tried = any(entry.act == Act.TRIAL for entry, _ in audit.history(session, campaign.code))
    acts = [(entry.act, detail) for entry, detail in audit.current_history(session, campaign.code)]
    present = campaign_rows.present(session, campaign)
    opening = late_codes.read_opening(session, campaign)
    signing = signers_of(session, campaign)
    return work_out(
        Facts(
            campaign,
            now,
            unfinished=_is_unfinished(session, campaign),
            tried=tried,
            signers=len(signing),
            with_factor=number_with_second_factor(signing),
            unconfirmed=number_unconfirmed(session, campaign),
            key_copied=any(act == Act.EXPORT_KEY for act, _ in acts),
            key_there=key_path(keys, campaign.code).exists(),
            threshold=next((detail.get("threshold") for act, detail in acts if act == Act.ARM), None),
            plain_http=is_plain_http(base_url),
            allow_http=allow_http,
            turnout=shown_turnout(session, campaign).total,
            uncounted=len(campaign.definition.group.keys() - present.keys()),
            lacking=len(late_codes.lacking_presence(session, campaign, opening.late)),
            accounting=accounting(session, campaign) if campaign.state in COUNTED else None,
            waiting=campaign_rows.number_of_waiting_texts(session, campaign),
            open_names=campaign.state is State.COUNTED and name_tellers.are_open(session, campaign),
            statements_waiting=statement_rows.number_of_uploads(session, campaign.code),
            lacks=starting.lacks(session, campaign, Way(base_url, allow_http), now)
            if campaign.state is State.ARMED
            else (),
            printed=any(act == Act.PRINT_PAPER for act, _ in acts),
            paper_key_copied=is_copied(session, campaign.code),
            paper_key_missing=campaign.state is State.OPEN and is_missing(session, keys, campaign),
            paper=_paper(session, campaign, keys),
            standing=turns.standing(session, campaign) if campaign.definition.turns else None,
            signed=tuple(signature.account for signature in count_rows.signatures(session, campaign)),
        )
    )


def work_out(facts: Facts) -> NextStep:
    """Work the next step out of what is known."""
    act = act_of(facts.campaign, facts.turnout.issued, facts.paper, facts.standing)
    return NextStep(act, tuple(checks(act, facts)))


def act_of(
    campaign: Campaign,
    issued: int,
    paper: "PaperStatus | None" = None,
    standing: TurnStanding | None = None,
) -> NextAct:
    """Return what comes next for a campaign of which so many codes exist.

    ``paper`` says how far its paper ballots are; where that is not looked at, scanning is what comes next.
    ``standing`` says whose turn it is; where that is not looked at, going on with the list comes next.
    """
    match campaign.state:
        case State.DRAFT:
            return NextAct.ARM
        case State.ARMED:
            return NextAct.OPEN if issued or campaign.definition.entry is EntryMode.OPEN else NextAct.ISSUE
        case State.OPEN:
            return NextAct.REOPEN if campaign.held else _ending(campaign, paper, standing)
        case State.CLOSED:
            return NextAct.COUNT if campaign.shaken and campaign.forgotten else NextAct.FINISH_CLOSE
        case State.COUNTED:
            return NextAct.SIGN
        case State.CERTIFIED:
            # What cannot be taken back comes last: before it, a fault that readers find can be recounted.
            return NextAct.SHRED if campaign.is_published or campaign.is_trial else NextAct.DELIVER
        case State.SHREDDING:
            return NextAct.SHRED
    if campaign.is_trial:
        return NextAct.ERASE
    return NextAct.NOTHING if campaign.is_published else NextAct.PUBLISH


def _ending(campaign: Campaign, paper: "PaperStatus | None", standing: TurnStanding | None) -> NextAct:
    if campaign.definition.turns and not (standing and standing.handing_in):
        return NextAct.TURNS
    if campaign.definition.paper is None:
        return NextAct.CLOSE
    if not campaign.collecting:
        return NextAct.COLLECT
    # An urn that was found empty needs no scan.
    if paper is None or not (paper.found or paper.urn == 0):
        return NextAct.SCAN
    return NextAct.REVIEW if paper.sheets.unsettled else NextAct.CLOSE


def _paper(session: Session, campaign: Campaign, keys: Path) -> "PaperStatus | None":
    if not campaign.is_collecting:
        return None
    # What lays out and prints sheets is loaded where there are any.
    from survey.services.paper.status import status

    return status(session, campaign, keys)


def _is_unfinished(session: Session, campaign: Campaign) -> bool:
    try:
        require_written(session, campaign)
    except UnfinishedDraft:
        return True
    return False
