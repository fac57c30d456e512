"""What is left of paper ballots at the close: what is ready goes in, the rest must have been decided."""

from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.errors import BadFile, PaperKeyLost, ScansUnderWay, SheetsWait, WrongKey, WrongState
from survey.secrecy.paper_key import PaperKey
from survey.services.audit.audit import By
from survey.storage import paper_rows
from survey.storage.campaign_rows import locked_campaign

from .keys import paper_key_of
from .waiting import Waiting

UNREAD = "paper_unread"
"""The fact of the log: sheets given up at a close, refused ones among them, for the key to them is lost."""


def settle_rest(
    session: Session, campaign: Campaign, keys: Path, by: By, *, without_paper: bool = False
) -> dict[str, int]:
    """Put in what is ready and empty the tables, in the transaction that closes; return facts for its act.

    Where nothing is kept – nothing was scanned, or all is in the box – no key is needed. ``without_paper``
    gives up what is kept where the key is lost, and is refused anywhere else. Raises ``NotCollecting``,
    ``WrongState``, ``SheetsWait``, ``ScansUnderWay``, and for a key that opens nothing ``PaperKeyLost``,
    ``BadFile`` or ``WrongKey``.
    """
    campaign = locked_campaign(session, campaign.code)
    campaign.require_collecting(to="close")
    _require_no_scan(session, campaign)
    kept = len(paper_rows.sheet_keys(session, campaign))
    if without_paper and not kept:
        raise WrongState(
            f"cannot close {campaign.code} without paper: nothing that was read waits; "
            "leave --without-paper out"
        )
    # Before anything is put into the log, as whoever shakes or erases does: two wait in one order.
    paper_rows.note_emptied(session)
    facts: dict[str, int] = {}
    if kept:
        key = _key(session, campaign, keys, without_paper=without_paper)
        if key is None:
            facts = {UNREAD: kept}
        else:
            _put_rest(session, campaign, key, by)
    paper_rows.empty(session, campaign)
    return facts


def _require_no_scan(session: Session, campaign: Campaign) -> None:
    # What lays out, prints and reads sheets is loaded where there are any.
    from .scan_jobs import under_way

    if under_way(session, campaign.code):
        raise ScansUnderWay(campaign.code)


def _key(session: Session, campaign: Campaign, keys: Path, *, without_paper: bool) -> PaperKey | None:
    """Return the key that opens what is kept, ``None`` where it is lost and that was agreed to."""
    try:
        key = paper_key_of(keys, campaign, session)
        next(Waiting(session, campaign, key).sheets(), None)
    except (PaperKeyLost, BadFile, WrongKey):
        if without_paper:
            return None
        raise
    if without_paper:
        raise WrongState(
            f"cannot close {campaign.code} without paper: its paper key is there and opens what waits; "
            "leave --without-paper out"
        )
    return key


def _put_rest(session: Session, campaign: Campaign, key: PaperKey, by: By) -> None:
    from .putting_in import put_ready
    from .status import sheet_numbers

    # First, for it also refuses what was voided while people were to decide it; a refusal takes all back.
    put_ready(session, campaign, key, by, rest=True)
    left = sheet_numbers(session, campaign, key)
    if left.unsettled:
        raise SheetsWait(campaign.code, left.waiting, left.incomplete)
