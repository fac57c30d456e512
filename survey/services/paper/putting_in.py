"""Paper ballots about which nothing is open go into the box, many at a time and in no order."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import NoPaper
from survey.domain.paper.answers import decided_by
from survey.domain.paper.decide import settle, state_of
from survey.domain.paper.fate import Settled, SheetState
from survey.domain.paper.pages import crops_of
from survey.domain.paper.record import KeptSheet, SheetRefusal
from survey.domain.paper.rules import posted_of
from survey.secrecy.paper_key import PaperKey
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.voting import casting
from survey.storage import paper_rows, token_rows
from survey.storage.campaign_rows import locked_campaign

from .forms import forms_of
from .status import DECIDED, NUMBER, SPOILED, refusal_of
from .urn import REFUSED
from .waiting import Waiting, opened

FEWEST = 5
"""So many ballots at least go in at a time: what was put in together cannot be told apart by when."""


@dataclass(frozen=True)
class PutIn:
    """What became of sheets: ``in_box`` count, ``spoiled`` went in as spoiled, the others were refused.

    ``already_cast`` have codes that were used on a phone, ``refused`` were refused for something else.
    """

    in_box: int = 0
    spoiled: int = 0
    already_cast: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Looked:
    """A sheet that was looked at: what it says where it is ready, and its ballot, checked and sealed."""

    sheet: KeptSheet
    settled: Settled | None = None
    content: bytes = b""
    spoiled: bool = False


def look_ahead(session: Session, campaign: Campaign, key: PaperKey) -> dict[bytes, Looked]:
    """Settle and seal what is ready before anybody has to wait for it; map rows as they are stored to it."""
    looking = _looking(campaign, key)
    return {sealed: looking(row, sealed) for row, sealed in paper_rows.sheets(session, campaign)}


def put_ready(
    session: Session,
    campaign: Campaign,
    key: PaperKey,
    by: By,
    *,
    rest: bool = False,
    enough: bool = False,
    ahead: Mapping[bytes, Looked] | None = None,
) -> PutIn:
    """Put every sheet that is ready into the box, in this transaction; fewer than ``FEWEST`` only as a rest.

    What goes in leaves the waiting sheets with its pictures; what may not becomes a stub that says why.
    ``enough`` leaves that for later too where fewer than ``FEWEST`` are ready, and nothing is noted.
    ``ahead`` is what ``look_ahead`` found; rows that changed since are looked at anew. Raises ``NoPaper``,
    ``WrongState``, ``NotCollecting`` and ``WrongKey``.
    """
    campaign = locked_campaign(session, campaign.code)
    campaign.require_collecting(to="put in paper ballots")
    known, looking = ahead or {}, _looking(campaign, key)
    kept = {
        row: known[sealed] if sealed in known else looking(row, sealed)
        for row, sealed in paper_rows.sheets(session, campaign)
    }
    if enough and sum(one.settled is not None for one in kept.values()) < FEWEST:
        return PutIn()
    refused = _refusals(session, campaign, kept)
    ready = {row: one for row, one in kept.items() if one.settled and row not in refused}
    if len(ready) < FEWEST and not rest:
        ready.clear()
    ballots = {one.sheet.digest: one.content for one in ready.values()}
    put = casting.put_together(session, campaign, ballots) if ballots else frozenset[bytes]()
    gone = {row: one for row, one in ready.items() if one.sheet.digest in put}
    refused |= {row: SheetRefusal.ALREADY_CAST for row in ready if row not in gone}
    waiting = Waiting(session, campaign, key)
    waiting.drop({row: one.sheet for row, one in gone.items()})
    for row, why in refused.items():
        waiting.drop_crops(crops_of(kept[row].sheet))
        waiting.replace(row, stub(kept[row].sheet.serial, why))
    spoiled = sum(one.spoiled for one in gone.values())
    if gone or refused or rest:
        before = Counter(one.sheet.refusal for one in kept.values() if one.sheet.refusal)
        facts = {
            NUMBER: len(gone),
            SPOILED: spoiled,
            DECIDED: _decided([kept[row].sheet for row in [*gone, *refused]]),
            REFUSED: before + Counter(refused.values()),
        }
        audit.record(session, by, Act.PUT_IN, campaign.code, **facts)
    already_cast = sum(why is SheetRefusal.ALREADY_CAST for why in refused.values())
    return PutIn(len(gone) - spoiled, spoiled, already_cast, len(refused) - already_cast)


def stub(serial: str, why: SheetRefusal) -> KeptSheet:
    """Return what is kept of a refused sheet, so that a second scan is not taken for another one."""
    return KeptSheet(serial, b"", "", refusal=why)


def _looking(campaign: Campaign, key: PaperKey) -> Callable[[bytes, bytes], Looked]:
    """Return what opens a row and settles and seals its sheet, if that is ready; nothing is written."""
    rules = campaign.definition.paper
    if rules is None:
        raise NoPaper(campaign.code)
    forms = {form.group: form for form in forms_of(campaign)}

    def looked(row: bytes, sealed: bytes) -> Looked:
        sheet = opened(key, row, sealed)
        if sheet.refusal or state_of(forms[sheet.group], sheet, rules) is not SheetState.READY:
            return Looked(sheet)
        settled = settle(forms[sheet.group], sheet, rules)
        if settled.refusal:
            return Looked(sheet, settled)
        posted = posted_of(casting.form_of(campaign.definition, sheet.group), settled, rules)
        content = casting.seal_paper(campaign, sheet.group, posted)
        return Looked(sheet, settled, content, posted is None)

    return looked


def _refusals(
    session: Session, campaign: Campaign, kept: Mapping[bytes, Looked]
) -> dict[bytes, SheetRefusal]:
    """Find what may not go in: voided meanwhile, whatever is open about it, or refused by two people."""
    left = {row: one for row, one in kept.items() if one.sheet.refusal is None}
    marks = token_rows.marks_of(session, campaign, (one.sheet.digest for one in left.values()))
    found = {
        row: refusal_of(marks.get(one.sheet.digest)) or (one.settled and one.settled.refusal)
        for row, one in left.items()
    }
    return {row: why for row, why in found.items() if why}


def _decided(sheets: Sequence[KeptSheet]) -> dict[str, int]:
    """Count who decided how much of what was asked about sheets; never what, and nothing of so few sheets."""
    if len(sheets) < FEWEST:
        return {}
    said: Counter[str] = Counter()
    for sheet in sheets:
        said.update(decided_by(sheet))
    return dict(sorted(said.items()))
