"""Counting: what an opened box gives is judged, and what may be shown of it is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.accounting import Accounting, GroupAccount
from survey.domain.ballot import RECEIPT_SYMBOLS
from survey.domain.campaign import Campaign, State
from survey.domain.crockford import group_symbols, symbols_of
from survey.domain.disclosure import Count, disclose
from survey.domain.errors import WrongState
from survey.domain.tally import Tally
from survey.storage import campaign_rows, count_rows, token_rows
from survey.storage.campaign_rows import locked_campaign
from survey.storage.count_rows import Written

from . import audit
from .audit import By
from .opener import Opened


@dataclass(frozen=True)
class Counted:
    """The outcome of a count or recount; ``notes`` are plain sentences on what does not add up."""

    count: Count
    digest: str
    notes: tuple[str, ...]
    recount: bool
    check_value: str


def require_countable(campaign: Campaign) -> None:
    """Refuse with ``WrongState`` a campaign whose box cannot be opened now."""
    campaign.require(State.CLOSED, State.COUNTED, to="count")
    if not (campaign.shaken and campaign.forgotten):
        raise WrongState(
            f"cannot count: the shake of {campaign.code} is not finished; next: minping campaign close "
            f"{campaign.code}, which goes on where it stopped"
        )


def keep(session: Session, code: str, opened: Opened, by: By) -> Counted:
    """Keep of an opened box what may be shown; once counted, compare instead and write only to the log.

    Disclosure is applied in memory: what is withheld is never written. Raises ``WrongState``.
    """
    campaign = locked_campaign(session, code)
    require_countable(campaign)
    found = disclose(campaign.definition, opened.tally, _accounting(session, campaign, opened.tally))
    notes = tuple(_notes(session, campaign, opened))
    if campaign.state is State.COUNTED:
        return _compared(session, campaign, found, notes, by)
    return _kept(session, campaign, found, opened, notes, by)


def _kept(
    session: Session, campaign: Campaign, found: Count, opened: Opened, notes: tuple[str, ...], by: By
) -> Counted:
    count_rows.add_count(session, campaign, found, by.at)
    count_rows.add_receipts(session, campaign, (_receipt(number) for number in opened.receipts))
    count_rows.add_texts(session, campaign, _texts(campaign, found, opened.texts))
    campaign_rows.set_state(session, campaign, State.COUNTED)
    digest = count_rows.count_digest(found)
    check = audit.record(session, by, "count", campaign.code, count=digest, notes=list(notes))
    return Counted(found, digest, notes, recount=False, check_value=check)


def _compared(session: Session, campaign: Campaign, found: Count, notes: tuple[str, ...], by: By) -> Counted:
    kept, digest, _ = count_rows.find_count(session, campaign)
    same = count_rows.count_digest(found) == digest
    if not same:
        notes = (*notes, "the recount differs from the count")
    check = audit.record(session, by, "recount", campaign.code, count=digest, same=same, notes=list(notes))
    return Counted(kept, digest, notes, recount=True, check_value=check)


def _accounting(session: Session, campaign: Campaign, tally: Tally) -> Accounting:
    present = campaign_rows.present(session, campaign)
    accounts = {}
    for group, turnout in token_rows.turnout(session, campaign).items():
        valid, spoiled = tally.valid[group], tally.spoiled[group]
        accounts[group] = GroupAccount(
            issued=turnout.issued,
            voided=turnout.voided,
            returned=turnout.returned,
            valid=valid,
            spoiled=spoiled,
            unreadable=turnout.returned - valid - spoiled,
            present=present.get(group),
        )
    return Accounting.of(accounts)


def _notes(session: Session, campaign: Campaign, opened: Opened) -> Iterator[str]:
    for group, turnout in token_rows.turnout(session, campaign).items():
        number = turnout.returned
        read = opened.tally.valid[group] + opened.tally.spoiled[group]
        if read < number:
            yield f"group {group}: {number - read} of {number} returned ballots could not be read"
        if read > number:
            yield f"group {group}: {read} ballots were in the box, but only {number} codes were spent"
    if opened.repeated:
        yield f"{opened.repeated} copies of sealed ballots were in the box; each was counted once"
    if issued_set_differs(session, campaign):
        yield "the set of issued codes is not the one that the log names"


def issued_set_differs(session: Session, campaign: Campaign) -> bool:
    """Tell whether codes were added or taken away outside the programme."""
    named: object = audit.last_fact(session, campaign.code, "issued_set")
    return token_rows.issued_set(session, campaign) != named


def _receipt(number: int) -> str:
    return group_symbols(symbols_of(number, RECEIPT_SYMBOLS))


def _texts(campaign: Campaign, found: Count, texts: Iterable[tuple[str, str]]) -> Iterator[Written]:
    """Say what each text is about; a reason on a withheld cell keeps only its section."""
    for name, text in texts:
        first, second, *reason = name.split(".")
        if reason:
            shown = found.cells[first, second].pooled is not None
            section = campaign.definition.ratee[first].section
            yield Written("reason", f"ratee:{first}" if shown else f"section:{section}", text)
        elif first == "q":
            yield Written("question", f"question:{second}", text)
        else:
            yield Written("comment", f"section:{first}", text)
