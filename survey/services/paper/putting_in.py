"""Paper ballots about which nothing is open go into the box, many at a time and in no order."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.ballot.ballot import Posted
from survey.domain.ballot.paper_answers import decided_by
from survey.domain.ballot.paper_decide import crops_of, settle, state_of
from survey.domain.ballot.paper_fate import Settled, SheetState
from survey.domain.ballot.paper_record import KeptSheet, SheetRefusal
from survey.domain.ballot.paper_rules import posted_of
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.rules import PaperRules
from survey.domain.errors import NoPaper
from survey.secrecy.paper_key import PaperKey
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.voting import casting
from survey.storage import token_rows
from survey.storage.campaign_rows import locked_campaign

from .forms import forms_of
from .status import DECIDED, NUMBER, REFUSED, SPOILED, refusal_of, refused_numbers
from .waiting import Waiting

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


def put_ready(session: Session, campaign: Campaign, key: PaperKey, by: By, *, rest: bool = False) -> PutIn:
    """Put every sheet that is ready into the box, in this transaction; fewer than ``FEWEST`` only as a rest.

    What goes in leaves the waiting sheets with its pictures; what may not becomes a stub that says why.
    Raises ``NotCollecting`` and ``NoPaper``.
    """
    campaign = locked_campaign(session, campaign.code)
    campaign.require_collecting(to="put in paper ballots")
    rules = campaign.definition.paper
    if rules is None:
        raise NoPaper(campaign.code)
    waiting = Waiting(session, campaign, key)
    kept = dict(waiting.sheets())
    settled, refused = _sort(session, campaign, rules, kept)
    if len(settled) < FEWEST and not rest:
        settled.clear()
    posted = {row: _posted(campaign, rules, kept[row], said) for row, said in settled.items()}
    sealed = {
        kept[row].digest: casting.seal_paper(campaign, kept[row].group, content)
        for row, content in posted.items()
    }
    put = casting.put_together(session, campaign, sealed) if sealed else frozenset[bytes]()
    gone = {row: kept[row] for row in posted if kept[row].digest in put}
    refused |= {row: SheetRefusal.ALREADY_CAST for row in posted if row not in gone}
    decided = _decided(kept[row] for row in [*gone, *refused])
    waiting.drop(gone)
    for row, why in refused.items():
        waiting.drop_crops(crops_of(kept[row]))
        kept[row] = stub(kept[row].serial, why)
        waiting.replace(row, kept[row])
    spoiled = sum(posted[row] is None for row in gone)
    if gone or refused or rest:
        totals = refused_numbers(kept.values())
        facts = {NUMBER: len(gone), SPOILED: spoiled, DECIDED: decided, REFUSED: totals}
        audit.record(session, by, Act.PUT_IN, campaign.code, **facts)
    already_cast = sum(why is SheetRefusal.ALREADY_CAST for why in refused.values())
    return PutIn(len(gone) - spoiled, spoiled, already_cast, len(refused) - already_cast)


def stub(serial: str, why: SheetRefusal) -> KeptSheet:
    """Return what is kept of a refused sheet, so that a second scan is not taken for another one."""
    return KeptSheet(serial, b"", "", refusal=why)


def _sort(
    session: Session, campaign: Campaign, rules: PaperRules, kept: Mapping[bytes, KeptSheet]
) -> tuple[dict[bytes, Settled], dict[bytes, SheetRefusal]]:
    """Find what is ready, and what may not go in: what was voided while it waited is among it."""
    forms = {form.group: form for form in forms_of(campaign)}
    left = {row: sheet for row, sheet in kept.items() if sheet.refusal is None}
    marks = token_rows.marks_of(session, campaign, (sheet.digest for sheet in left.values()))
    settled: dict[bytes, Settled] = {}
    refused: dict[bytes, SheetRefusal] = {}
    for row, sheet in left.items():
        refusal = refusal_of(marks.get(sheet.digest))
        if refusal is None and state_of(forms[sheet.group], sheet, rules) is SheetState.READY:
            settled[row] = settle(forms[sheet.group], sheet, rules)
            refusal = settled[row].refusal
        if refusal is not None:
            refused[row] = refusal
            settled.pop(row, None)
    return settled, refused


def _posted(campaign: Campaign, rules: PaperRules, sheet: KeptSheet, settled: Settled) -> Posted | None:
    return posted_of(casting.form_of(campaign.definition, sheet.group), settled, rules)


def _decided(sheets: Iterable[KeptSheet]) -> dict[str, int]:
    """Count who decided how much of what was asked about sheets; never what."""
    said: Counter[str] = Counter()
    for sheet in sheets:
        said.update(decided_by(sheet))
    return dict(sorted(said.items()))
