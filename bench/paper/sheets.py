"""Filled-in sheets: a form printed, its lines answered at random with some pen, and what was meant."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2

from survey.documents.pdf.paper_ballots import PaperFace, PaperSheet, paper_ballots_pdf
from survey.domain.paper.reading import SERIAL_SYMBOLS, SheetCode
from survey.domain.paper.sheet import PaperForm, PaperPage
from survey.secrecy.token import new_token

from .pens import CLEAR_MARKS, CLEAR_PENS, DRY, PALE_PENCIL, PIXELS, Hand, Layer, Random
from .scanners import Page

Answer = str | tuple[str, ...] | None
"""What a line means: a value, several, nothing; by ``UNCLEAR`` what only people can say."""
UNCLEAR = "?"
BLANK_SHARE = 0.12


@dataclass(frozen=True)
class Filled:
    """A page with ink on it, and the truth of each line."""

    page: Page
    truth: Mapping[str, Answer]


Boxes = Mapping[str, Any]
"""A line as ``minping paper layout --json`` says it: field, many, boxes with value, x and y in mm."""
Fill = Callable[[Hand, Boxes, Random], Answer]
"""Answers one line and returns what was meant."""


def printed(
    form: PaperForm, title: str, label: str, *, specimen: bool = True, serial: str = ""
) -> Sequence[Page]:
    """Return the pages of one ballot as the printer makes them, 1 white; without ``serial`` of any."""
    serial = serial or new_token().replace("-", "")[:SERIAL_SYMBOLS]
    codes = [str(SheetCode(specimen, serial, form.layout, page.page)) for page in form.pages]
    out = io.BytesIO()
    sheet = PaperSheet(form.group, codes)
    paper_ballots_pdf([sheet], faces={form.group: PaperFace(form, title, label, "样张")}, out=out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        return [
            np.asarray(page.render(scale=PIXELS * 25.4 / 72, grayscale=True).to_numpy(), np.float32).reshape(
                round(page.get_height() * PIXELS * 25.4 / 72 + 0.499), -1
            )
            / 255
            for page in document
        ]


def filled(page: Page, layout: PaperPage, fill: Fill, random: Random) -> Filled:
    """Answer every line of a page."""
    ink: Layer = np.zeros(page.shape, np.float32)
    hand = Hand(ink, random)
    truth = {line["field"]: fill(hand, line, random) for line in layout.as_json()["lines"]}
    return Filled(np.clip(page * (1 - ink), 0, 1).astype(np.float32), truth)


def clear(hand: Hand, line: Boxes, random: Random) -> Answer:
    """Answer as most people do: one clear mark, or none."""
    if random.random() < BLANK_SHARE:
        return None
    pen = CLEAR_PENS[int(random.integers(len(CLEAR_PENS)))]
    mark = CLEAR_MARKS[int(random.integers(len(CLEAR_MARKS)))]
    boxes = line["boxes"]
    number = int(random.integers(1, min(4, len(boxes)))) if line["many"] else 1
    chosen = [boxes[at] for at in sorted(random.choice(len(boxes), number, replace=False))]
    for box in chosen:
        mark(hand, box["x"], box["y"], pen)
    values = tuple(box["value"] for box in chosen)
    return values if line["many"] else values[0]


def hard(hand: Hand, line: Boxes, random: Random) -> Answer:
    """Answer as few people do: pale, with a dot, a circle, too short, beside the box, with a dry pen."""
    if random.random() < BLANK_SHARE:
        return None
    box = line["boxes"][int(random.integers(len(line["boxes"])))]
    pen = CLEAR_PENS[int(random.integers(len(CLEAR_PENS)))]
    kind = int(random.integers(7))
    if kind == 0:
        hand.tick(box["x"], box["y"], PALE_PENCIL)
    elif kind == 1:
        hand.tick(box["x"], box["y"], DRY)
    else:
        marks = (Hand.circle, Hand.dot, Hand.short, Hand.off, Hand.tail)
        marks[kind - 2](hand, box["x"], box["y"], pen)
    return (box["value"],) if line["many"] else box["value"]


def for_people(hand: Hand, line: Boxes, random: Random) -> Answer:
    """Answer so that only people can say what was meant: corrected, several, scratched out.

    Where several may be ticked, they are, and nothing is unclear.
    """
    if line["many"]:
        return clear(hand, line, random)
    boxes = line["boxes"]
    one, other = (boxes[at] for at in random.choice(len(boxes), 2, replace=False))
    pen = CLEAR_PENS[int(random.integers(len(CLEAR_PENS)))]
    kind = int(random.integers(4))
    mark = CLEAR_MARKS[int(random.integers(len(CLEAR_MARKS)))]
    mark(hand, one["x"], one["y"], pen)
    if kind == 0:
        # Corrected as the sheet says: the wrong one black.
        hand.fill(one["x"], one["y"], pen)
    elif kind == 1:
        hand.scratch(one["x"], one["y"], pen)
    mark(hand, other["x"], other["y"], pen)
    if kind == 2:
        hand.scratch(one["x"], one["y"], pen)
        hand.scratch(other["x"], other["y"], pen)
    return UNCLEAR
