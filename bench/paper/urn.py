"""Real ballots out of the office's own file: filled in with pens, their strips torn off, and scanned."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2

from . import scanners
from .pens import BALLPOINT, GEL, PENCIL, PIXELS, Hand, Random
from .scanners import Page

Layout = Mapping[str, Any]
"""One form as ``minping paper layout --json`` writes it."""
CIRCLED = "○"
"""Stands before a value that is drawn as a circle round its box: only people can say what it means."""
_PENS = (BALLPOINT, GEL, PENCIL)


def scanned_sheets(
    pdf: Path, forms: Sequence[Layout], answers: Sequence[Mapping[str, str] | None], seed: int
) -> Iterator[tuple[int, bytes]]:
    """Fill in and scan the ballots of a PDF, in its order; yield each page with the number of its ballot.

    ``forms`` are the forms of the ballots, one after the other, ``answers`` what is ticked on each by field;
    ``None`` where a ballot is not in the urn.
    """
    random = np.random.default_rng(seed)
    with pypdfium2.PdfDocument(pdf) as document:
        at = 0
        for number, (form, ticked) in enumerate(zip(forms, answers, strict=True)):
            pages = form["pages"]
            for place, layout in enumerate(pages):
                if ticked is not None:
                    page = _torn(_filled(_drawn(document[at + place]), layout, ticked, random), layout)
                    yield number, scanners.office(page, random)
            # Every ballot begins on a leaf.
            at += len(pages) + len(pages) % 2


def _drawn(page: pypdfium2.PdfPage) -> Page:
    drawn = page.render(scale=PIXELS * 25.4 / 72, grayscale=True).to_numpy()
    return np.asarray(drawn, np.float32).reshape(drawn.shape[0], -1) / 255


def _filled(page: Page, layout: Layout, ticked: Mapping[str, str], random: Random) -> Page:
    ink = np.zeros(page.shape, np.float32)
    hand, pen = Hand(ink, random), _PENS[int(random.integers(len(_PENS)))]
    for line in layout["lines"]:
        value = ticked.get(line["field"], "")
        for box in line["boxes"]:
            if box["value"] == value.removeprefix(CIRCLED):
                mark = hand.circle if value.startswith(CIRCLED) else hand.tick
                mark(box["x"], box["y"], pen)
    made: Page = page * (1 - ink)
    return made


def _torn(page: Page, layout: Layout) -> Page:
    """Tear the strip for the phone off."""
    return page if layout["cut"] is None else page[: round(layout["cut"] * PIXELS)]
