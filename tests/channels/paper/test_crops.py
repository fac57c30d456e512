"""A picture of a line shows the line, its words and a little paper, and says nothing else of the sheet."""

import io
import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from bench.paper.pens import BALLPOINT, PIXELS, Hand
from bench.paper.sheets import printed
from survey.channels.paper.crops import AROUND, CROP_SCALE, crops_of
from survey.channels.paper.ingest import pictures_in
from survey.channels.paper.reader import PageReader
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import PaperRules, PaperTexts
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.reading import PageReading
from survey.domain.paper.sheet import BOX
from tests.builders import example

from .conftest import Printed, scanned


@pytest.fixture(scope="module")
def looking(town: Printed) -> PageReader:
    return PageReader([town.form], specimens=True, crops=True)


@pytest.fixture(scope="module")
def untouched(town: Printed, looking: PageReader) -> Mapping[str, bytes]:
    return read(looking, town.pages[0]).crops


def read(reader: PageReader, page: Any) -> PageReading:
    [picture] = pictures_in(scanned(page))
    reading = reader.read(picture)
    assert isinstance(reading, PageReading), reading
    return reading


def pixels(data: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(data)))


def inked(town: Printed, *strokes: list[tuple[float, float]]) -> Any:
    ink = np.zeros(town.pages[0].shape, np.float32)
    hand = Hand(ink, np.random.default_rng(3))
    for stroke in strokes:
        hand.stroke(stroke, BALLPOINT)
    return town.pages[0] * (1 - ink)


def test_only_who_asks_for_pictures_gets_them(town: Printed, looking: PageReader) -> None:
    assert not town.read_one(scanned(town.pages[0])).crops
    for page, layout in zip(town.pages, town.form.pages, strict=True):
        reading = read(looking, page)
        # Of frames only those with ink.
        assert list(reading.crops) == [line.field for line in layout.lines]


def test_a_picture_is_six_pixels_a_mm_grey_and_tells_nothing_beside(
    town: Printed, untouched: Mapping[str, bytes]
) -> None:
    layout = town.form.pages[0]
    for line in layout.lines:
        data = untouched[line.field]
        kinds, at = [], 8
        while at < len(data):
            (length,) = struct.unpack(">I", data[at : at + 4])
            kinds.append(data[at + 4 : at + 8])
            at += 12 + length
        assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}
        shown = pixels(data)
        assert shown.ndim == 2
        assert shown.shape[0] == pytest.approx((BOX + 2 * AROUND) * CROP_SCALE, abs=4)
        boxes = line.boxes[-1].x - line.boxes[0].x + BOX + 2 * AROUND
        assert shown.shape[1] / CROP_SCALE > boxes + 5
        # A block beside another one ends before it.
        beside = any(other.boxes[0].y == line.boxes[0].y for other in layout.lines if other is not line)
        assert shown.shape[1] / CROP_SCALE < (layout.width / 2 if beside else layout.width - 18)
        # Black outlines, white paper.
        assert shown.min() < 100
        assert np.median(shown) > 240


def test_a_mark_is_seen_in_its_line_and_in_no_other(
    town: Printed, looking: PageReader, untouched: Mapping[str, bytes]
) -> None:
    line = town.form.pages[0].lines[5]
    box = line.boxes[2]
    page = inked(town, [(box.x + 1, box.y + 2.5), (box.x + 2.2, box.y + 4), (box.x + 4.5, box.y + 0.5)])
    after = read(looking, page).crops
    changed = {
        name
        for name in untouched
        if np.abs(pixels(untouched[name]).astype(int) - pixels(after[name])).max() > 60
    }
    assert changed == {line.field}


def test_the_words_of_a_line_are_shown_with_it(
    town: Printed, looking: PageReader, untouched: Mapping[str, bytes]
) -> None:
    """Blotted out on the sheet they are gone from the picture, however close the boxes are cut."""
    layout = town.form.pages[0]
    line = layout.lines[0]
    [words] = [
        words
        for words in layout.words
        if words.text == line.label and words.y < line.boxes[0].y < words.y + words.height
    ][:1]
    page = town.pages[0].copy()
    rows = slice(round((words.y + 0.8) * PIXELS), round((words.y + words.height - 0.8) * PIXELS))
    page[rows, round(words.x * PIXELS) : round((words.x + words.width) * PIXELS)] = 1
    before, after = (
        pixels(untouched[line.field]),
        pixels(read(looking, page).crops[line.field]),
    )
    assert (before < 128).sum() > (after < 128).sum() + 50


def test_a_frame_with_ink_is_shown_whole(town: Printed, looking: PageReader) -> None:
    [area] = town.form.pages[0].areas
    crops = read(looking, inked(town, [(area.x + 20, area.y + 4), (area.x + 30, area.y + 8)])).crops
    shown = pixels(crops[area.field])
    assert shown.shape == pytest.approx((area.height * CROP_SCALE, area.width * CROP_SCALE), abs=3)


@pytest.mark.parametrize("shift", [-3.0, 0.0, 3.0])
def test_no_code_is_ever_shown(town: Printed, shift: float) -> None:
    """Even of lines at the very head and foot of the body, found as far away as they may be."""
    layout = town.form.pages[0]
    flat = np.ascontiguousarray(
        np.asarray(Image.open(io.BytesIO(scanned(town.pages[0], dpi=8 * 25.4))).convert("L"))
    )
    line = layout.lines[0]
    top, low = 24.5, layout.lowest - BOX - 1
    moved = {
        "top": replace(line, field="top", boxes=tuple(replace(box, y=top) for box in line.boxes)),
        "low": replace(
            line, field="low", boxes=tuple(replace(box, x=24.0 + box.x / 9, y=low) for box in line.boxes)
        ),
    }
    page = replace(layout, lines=tuple(moved.values()), words=(), areas=())
    places = {name: [(box.x, box.y + shift) for box in one.boxes] for name, one in moved.items()}
    for data in crops_of(flat, page, places, {}).values():
        shown = np.kron(pixels(data), np.ones((2, 2), np.uint8))
        assert not zxingcpp.read_barcodes(shown)
    heights = [pixels(data).shape[0] for data in crops_of(flat, page, places, {}).values()]
    assert min(heights) > BOX * CROP_SCALE / 2


def test_what_stands_behind_the_boxes_of_a_question_is_shown() -> None:
    definition = read_definition(example("public-satisfaction"))
    form = lay_out(definition, definition.groups[0].key, PaperRules(texts=PaperTexts.TYPED))
    reader = PageReader([form], specimens=True, crops=True)
    pages = printed(form, definition.title, "群众")
    for layout, page in zip(form.pages, pages, strict=True):
        questions = [line for line in layout.lines if not line.label]
        crops = read(reader, page).crops if questions else {}
        for line in questions:
            shown = pixels(crops[line.field])
            last = max(box.x for box in line.boxes)
            assert shown.shape[1] / CROP_SCALE > last - min(box.x for box in line.boxes) + BOX + AROUND + 10


def test_a_strip_left_on_is_noticed_and_one_torn_off_is_not(town: Printed) -> None:
    page, cut = town.pages[0], town.form.pages[0].cut
    assert cut is not None
    assert town.read_one(scanned(page)).strip
    for lid in (1.0, 0.6, 0.05):
        torn = page.copy()
        torn[round((cut + 0.5) * PIXELS) :] = lid
        assert not town.read_one(scanned(torn)).strip
    # The picture ends where the sheet does.
    assert not town.read_one(scanned(page[: round((cut + 0.5) * PIXELS)])).strip


def test_the_back_of_a_strip_says_nothing(town: Printed) -> None:
    assert not town.read_one(scanned(town.pages[1])).strip
