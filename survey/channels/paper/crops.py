"""Pictures of single lines and frames, for people to look at: a little paper, nothing else of the sheet."""

from collections.abc import Iterator, Mapping, Sequence

import cv2
import numpy as np

from survey.domain.paper.sheet import BOX, CODE, PaperArea, PaperLine, PaperPage, PaperWords

from .darkness import part_of
from .ingest import Grey
from .register import SCALE

CROP_SCALE = 6
"""Pixels a mm of such a picture."""
AROUND = 3.0
"""Mm of paper around the boxes of a line."""
_WORDS = 0.5
"""Mm beside the printed words of a line."""
_STEP = 8
"""Levels of grey that become one: the paper's own noise would make half of a picture's bytes."""
_QUICK = 1


def crops_of(
    flat: Grey,
    page: PaperPage,
    places: Mapping[str, Sequence[tuple[float, float]]],
    areas: Mapping[str, bool],
) -> Mapping[str, bytes]:
    """Cut each line out of a flattened page, and each frame that has ink in it; return PNG by field.

    ``places`` are where the boxes of each line were found, as their top left corners in mm, ``areas`` tells
    of each frame whether there is ink in it. The codes of the page and the strip stay outside.
    """
    cut = {line.field: _strip_of(line, places[line.field], page) for line in page.lines}
    cut |= {area.field: _frame_of(area) for area in page.areas if areas[area.field]}
    return {name: _png(flat, page, *edges) for name, edges in cut.items()}


_Edges = tuple[float, float, float, float]
"""Left, top, right and bottom in mm."""


def _strip_of(line: PaperLine, places: Sequence[tuple[float, float]], page: PaperPage) -> _Edges:
    """Return what is shown of a line: its boxes and a little more, and the words that belong to them."""
    left, right = min(x for x, _ in places) - AROUND, max(x for x, _ in places) + BOX + AROUND
    top, bottom = min(y for _, y in places) - AROUND, max(y for _, y in places) + BOX + AROUND
    # The words have moved with the boxes.
    moved = float(np.median([x - box.x for (x, _), box in zip(places, line.boxes, strict=True)]))
    for words in _words_of(line, page):
        left = min(left, words.x + moved - _WORDS)
        right = max(right, words.x + words.width + moved + _WORDS)
    return left, top, right, bottom


def _words_of(line: PaperLine, page: PaperPage) -> Iterator[PaperWords]:
    """Find the label to the left of a row of boxes, or what stands behind each box of a question."""
    if line.label:
        first = line.boxes[0]
        before = [
            words for words in page.words if words.text == line.label and words.x + words.width <= first.x
        ]
        # Another block may have the same label on the same height, farther away.
        beside = [words for words in before if _beside(words, first.y)]
        if beside:
            yield max(beside, key=lambda words: words.x)
        return
    for box, value in zip(line.boxes, line.values, strict=True):
        behind = [
            words
            for words in page.words
            if words.text == value and words.x >= box.x + BOX and _beside(words, box.y)
        ]
        if behind:
            yield min(behind, key=lambda words: words.x)


def _beside(words: PaperWords, y: float) -> bool:
    return words.y <= y + BOX / 2 <= words.y + words.height


def _frame_of(area: PaperArea) -> _Edges:
    return area.x, area.y, area.x + area.width, area.y + area.height


def _png(flat: Grey, page: PaperPage, left: float, top: float, right: float, bottom: float) -> bytes:
    # Between the upper code and the lower one there is nothing but the body of the page.
    (_, upper), (_, lower) = page.codes
    left, right = max(0.0, left), min(page.width, right)
    top, bottom = max(upper + CODE, top), min(lower, bottom)
    part = part_of(flat, left, top, right - left, bottom - top)
    factor = CROP_SCALE / SCALE
    small = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    coarse = small // _STEP * _STEP + (_STEP - 1)
    _, data = cv2.imencode(".png", coarse, [cv2.IMWRITE_PNG_COMPRESSION, _QUICK])
    return data.tobytes()
