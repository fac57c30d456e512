"""How far the paper ballots of a campaign are: numbers of sheets, never a serial or an answer."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadFile, NoPaper, PaperKeyLost, WrongKey
from survey.domain.paper.decide import state_of
from survey.domain.paper.fate import SheetState
from survey.domain.paper.reading import PageFault
from survey.domain.paper.record import SheetRefusal
from survey.secrecy.paper_key import PaperKey
from survey.services.audit import audit
from survey.storage import paper_rows, token_rows
from survey.storage.token_rows import Marks

from .forms import forms_of
from .keys import noted_name, paper_key_of
from .urn import REFUSED, URN
from .waiting import Waiting

IMAGES, REFUSED_IMAGES, STRIPS, SCANNED_BEFORE = "images", "refused_images", "strips", "already_scanned"
NUMBER, SPOILED, DECIDED = "number", "spoiled", "decided"
"""Facts of the acts ``SCAN`` and ``PUT_IN``, each of one act; ``REFUSED`` is all so far."""
_TOKENS_GONE = (State.SHREDDING, State.SHREDDED)


@dataclass(frozen=True)
class SheetNumbers:
    """How many sheets are kept and where they stand: each sheet once, however often it was scanned."""

    ready: int = 0
    waiting: int = 0
    incomplete: int = 0
    refused: Mapping[SheetRefusal, int] = field(default_factory=dict)

    @property
    def unsettled(self) -> int:
        """Return how many sheets hinder the close."""
        return self.waiting + self.incomplete


@dataclass(frozen=True)
class PaperStatus:
    """What may be known of a campaign's paper ballots.

    ``in_box`` are those that count, ``spoiled`` those put in as spoiled ones. ``images``,
    ``refused_images`` (how many, by kind) and ``strips`` are of the last run, as ``already-scanned`` among
    the refused is. ``urn`` is the number counted by hand, ``None`` while nobody noted it; ``key_lost`` tells
    that what was printed, or waits, cannot be read any more.
    """

    stage: str
    in_box: int
    spoiled: int
    sheets: SheetNumbers
    images: int = 0
    refused_images: Mapping[PageFault, int] = field(default_factory=dict)
    strips: int = 0
    urn: int | None = None
    key_lost: bool = False

    @property
    def found(self) -> int:
        """Return how many different sheets were scanned so far."""
        left = self.sheets
        refused = sum(n for why, n in left.refused.items() if why is not SheetRefusal.ALREADY_SCANNED)
        return self.in_box + self.spoiled + left.ready + left.unsettled + refused

    @property
    def unlike_urn(self) -> int | None:
        """Return by how many sheets the hand count is larger than what was scanned; ``None`` without one."""
        return None if self.urn is None else self.urn - self.found

    def as_json(self, images: int | None = None, refused: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """Write it as the commands do; a run gives its own images, and those of them that it refused.

        Without a run none is listed: which images were refused, and of which files, is not kept.
        """
        return {
            "stage": self.stage,
            "images": self.images if images is None else images,
            "refused_images": list(refused),
            "sheets": {
                "in_box": self.in_box,
                "ready": self.sheets.ready,
                "waiting": self.sheets.waiting,
                "incomplete": self.sheets.incomplete,
                "spoiled": self.spoiled,
                "refused": {why.value: self.sheets.refused.get(why, 0) for why in SheetRefusal},
            },
            "strips": self.strips,
        }


def refusal_of(marks: Marks | None) -> SheetRefusal | None:
    """Return why a sheet cannot go in, by what became of its code; ``None`` where it can."""
    if marks is None:
        return SheetRefusal.UNKNOWN
    if marks.on_paper:
        return SheetRefusal.ALREADY_SCANNED
    if marks.spent:
        return SheetRefusal.ALREADY_CAST
    return SheetRefusal.VOIDED if marks.voided else None


def sheet_numbers(session: Session, campaign: Campaign, key: PaperKey) -> SheetNumbers:
    """Count the sheets that are kept of a campaign; raises ``NoPaper``, ``WrongKey``.

    One whose code was voided while it waited is a refused one already, and hinders no close.
    """
    rules = campaign.definition.paper
    if rules is None:
        raise NoPaper(campaign.code)
    forms = {form.group: form for form in forms_of(campaign)}
    sheets = [sheet for _, sheet in Waiting(session, campaign, key).sheets()]
    marks = token_rows.marks_of(session, campaign, (sheet.digest for sheet in sheets if not sheet.refusal))
    refused: Counter[SheetRefusal] = Counter()
    states: Counter[SheetState] = Counter()
    for sheet in sheets:
        refusal = sheet.refusal or refusal_of(marks.get(sheet.digest))
        if refusal:
            refused[refusal] += 1
        else:
            states[state_of(forms[sheet.group], sheet, rules)] += 1
    ready, waiting, incomplete = (states[state] for state in SheetState)
    return SheetNumbers(ready, waiting, incomplete, dict(refused))


def status(session: Session, campaign: Campaign, keys: Path) -> PaperStatus:
    """Return how far a campaign's paper ballots are; raises ``NoPaper``.

    ``keys`` is the folder of keys. A key that is not there is told of, not raised.
    """
    if campaign.definition.paper is None:
        raise NoPaper(campaign.code)
    said = _Said()
    for entry, facts in audit.current_history(session, campaign.code):
        said.take(entry.act, facts)
    refused = {SheetRefusal(why): number for why, number in said.refused.items()}
    sheets, lost = SheetNumbers(refused=refused), False
    if campaign.is_collecting:
        try:
            sheets = sheet_numbers(session, campaign, paper_key_of(keys, campaign, session))
        except (PaperKeyLost, BadFile, WrongKey):
            # Nothing is lost where no ballot was printed, and none waits: there was no key yet.
            lost = noted_name(session, campaign.code) is not None or bool(
                paper_rows.sheet_keys(session, campaign)
            )
    if said.scanned_before:
        again = {SheetRefusal.ALREADY_SCANNED: said.scanned_before}
        sheets = SheetNumbers(sheets.ready, sheets.waiting, sheets.incomplete, {**sheets.refused, **again})
    # Shredding destroys the codes; what the log says of them stays.
    gone = campaign.state in _TOKENS_GONE
    codes = token_rows.turnout(session, campaign).values()
    spent = said.number if gone else sum(group.paper for group in codes)
    return PaperStatus(
        campaign.stage,
        spent - said.spoiled,
        said.spoiled,
        sheets,
        said.images,
        said.refused_images,
        said.strips,
        said.urn,
        lost,
    )


class _Said:
    """What the log says of a campaign's paper ballots."""

    def __init__(self) -> None:
        self.number = self.spoiled = 0
        self.images = self.strips = self.scanned_before = 0
        self.refused_images: Mapping[PageFault, int] = {}
        self.refused: Mapping[str, int] = {}
        self.urn: int | None = None

    def take(self, act: str, facts: Mapping[str, Any]) -> None:
        if act == Act.PUT_IN:
            self.number += facts[NUMBER]
            self.spoiled += facts[SPOILED]
        if act == Act.SCAN:
            self.images, self.strips = facts[IMAGES], facts[STRIPS]
            self.refused_images = {PageFault(why): number for why, number in facts[REFUSED_IMAGES].items()}
            self.scanned_before = facts[SCANNED_BEFORE]
        if act in (Act.PUT_IN, Act.SCAN):
            self.refused = facts[REFUSED]
        self.urn = facts.get(URN, self.urn)
