"""Marks of many pens on pages of many scanners: what is read is what was meant, or it is asked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bench.paper import scanners
from bench.paper.pens import BALLPOINT, PALE_PENCIL, PIXELS, Hand, Mark
from bench.paper.sheets import UNCLEAR, Fill, clear, filled, for_people, hard, printed
from survey.channels.paper.ingest import pictures_in
from survey.channels.paper.reader import PageReader
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import PaperRules, PaperSize, PaperTexts
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.reading import Doubt, LineState, PageFault, PageReading, PageRefusal
from survey.domain.paper.sheet import BOX, PaperLine
from tests.builders import example

from .conftest import DPI, Printed, refusals, scanned

Answers = dict[str, Any]


def inked(town: Printed, draw: Callable[[Hand, tuple[PaperLine, ...]], None], page: int = 0) -> Any:
    """Return a page on which somebody drew."""
    ink = np.zeros(town.pages[page].shape, np.float32)
    draw(Hand(ink, np.random.default_rng(7)), town.form.pages[page].lines)
    return town.pages[page] * (1 - ink)


def read(town: Printed, page: Any) -> dict[str, Any]:
    return {line.field: line for line in town.read_one(scanned(page)).lines}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("scan", [scanners.office, scanners.phone, scanners.thin, scanners.streaked])
@pytest.mark.parametrize("fill", [clear, hard, for_people])
def test_nothing_is_guessed(town: Printed, fill: Fill, scan: scanners.Scan, seed: int) -> None:
    random = np.random.default_rng(100 + seed)
    asked = total = 0
    for layout, page in zip(town.form.pages, town.pages, strict=True):
        sheet = filled(page, layout, fill, random)
        for reading in town.read(scan(sheet.page, random)):
            if isinstance(reading, PageRefusal):
                assert scan is scanners.phone, reading
                continue
            for line in reading.lines:
                total += 1
                if line.state is LineState.DOUBTFUL:
                    asked += 1
                else:
                    assert sheet.truth[line.field] != UNCLEAR
                    assert line.value == sheet.truth[line.field], line
    if fill is clear and scan is scanners.office:
        assert asked <= 0.05 * total


def test_empty_boxes_are_blank_and_an_empty_frame_holds_no_ink(town: Printed) -> None:
    for page in town.pages:
        reading = town.read_one(scanned(page))
        assert {line.state for line in reading.lines} == {LineState.BLANK}
        assert not any(reading.areas.values())


@pytest.mark.parametrize("mark", [Hand.tick, Hand.cross, Hand.fill, Hand.slash])
def test_a_mark_is_read_at_its_box(town: Printed, mark: Mark) -> None:
    def draw(hand: Hand, lines: tuple[PaperLine, ...]) -> None:
        for at, line in enumerate(lines):
            box = line.boxes[at % len(line.boxes)]
            mark(hand, box.x, box.y, BALLPOINT)

    lines = read(town, inked(town, draw))
    expected = {line.field: line.boxes[at % 5].value for at, line in enumerate(town.form.pages[0].lines)}
    assert {field: line.value for field, line in lines.items()} == expected


def test_two_marks_a_circle_and_ink_beside_are_asked(town: Printed) -> None:
    def draw(hand: Hand, lines: tuple[PaperLine, ...]) -> None:
        for box in lines[0].boxes[:2]:
            hand.tick(box.x, box.y, BALLPOINT)
        hand.circle(lines[2].boxes[3].x, lines[2].boxes[3].y, BALLPOINT)
        beside = lines[4].boxes[2]
        hand.stroke([(beside.x - 2.0, beside.y + 1), (beside.x - 0.8, beside.y + 3.5)], BALLPOINT)

    lines = list(read(town, inked(town, draw)).values())
    assert (lines[0].state, lines[0].why) == (LineState.DOUBTFUL, Doubt.SEVERAL)
    assert lines[2].state is LineState.DOUBTFUL
    assert (lines[4].state, lines[4].why) == (LineState.DOUBTFUL, Doubt.BESIDE)
    assert all(line.state is LineState.BLANK for line in lines[6:])


def test_a_pale_pencil_is_asked_or_read_and_never_blank(town: Printed) -> None:
    def draw(hand: Hand, lines: tuple[PaperLine, ...]) -> None:
        for line in lines:
            hand.tick(line.boxes[0].x, line.boxes[0].y, PALE_PENCIL)

    assert LineState.BLANK not in {line.state for line in read(town, inked(town, draw)).values()}


def test_a_stray_line_across_is_no_mark(town: Printed) -> None:
    def draw(hand: Hand, lines: tuple[PaperLine, ...]) -> None:
        first, last = lines[6].boxes[0], lines[11].boxes[4]
        hand.stroke([(first.x - 4, first.y - 3), (last.x + 9, last.y + 8)], BALLPOINT)

    lines = read(town, inked(town, draw))
    assert LineState.MARKED not in {line.state for line in lines.values()}


def test_words_in_a_frame_are_noticed(town: Printed) -> None:
    [area] = town.form.pages[0].areas

    def draw(hand: Hand, _lines: tuple[PaperLine, ...]) -> None:
        hand.stroke([(area.x + 20, area.y + 4), (area.x + 26, area.y + 8)], BALLPOINT)

    assert town.read_one(scanned(inked(town, draw))).areas == {"team-form.comment": True}


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_page_is_read_whatever_way_it_lay(town: Printed, turn: int) -> None:
    def draw(hand: Hand, lines: tuple[PaperLine, ...]) -> None:
        hand.tick(lines[3].boxes[1].x, lines[3].boxes[1].y, BALLPOINT)

    page = inked(town, draw)
    assert read(town, np.ascontiguousarray(np.rot90(page, turn))) == read(town, page)


def wiped(page: Any, *corners: tuple[float, float, float]) -> Any:
    """Return a page on which squares were blotted out, each at x, y and of a side in mm."""
    made = page.copy()
    for x, y, side in corners:
        made[int(y * 12) : int((y + side) * 12), int(x * 12) : int((x + side) * 12)] = 1
    return made


def test_one_marker_and_one_code_may_be_lost(town: Printed) -> None:
    page = town.form.pages[0]
    codes, markers = page.codes, page.markers
    assert town.read_one(scanned(wiped(town.pages[0], (*codes[0], 16), (*markers[0], 8))))
    refused = {
        PageFault.CODE: wiped(town.pages[0], *((*corner, 16) for corner in codes)),
        PageFault.MARKERS: wiped(town.pages[0], *((*corner, 8) for corner in markers[:2])),
    }
    for why, made in refused.items():
        [refusal] = town.read(scanned(made))
        assert isinstance(refusal, PageRefusal)
        assert refusal.why is why
        # Which sheet it was is known wherever one of its codes is there.
        assert (refusal.code is None) is (why is PageFault.CODE)


def test_a_page_of_another_form_or_too_coarse_or_bent_is_refused(town: Printed) -> None:
    other = PageReader([], specimens=True)
    [picture] = pictures_in(scanned(town.pages[0]))
    assert refusals([other.read(picture)]) == [PageFault.LAYOUT]
    assert refusals(town.read(scanned(town.pages[0], dpi=125))) == [PageFault.COARSE]
    # A crease runs through one marker: what is left of it is half as large.
    x, y = town.form.pages[0].markers[2]
    top, left, side = round(y * PIXELS), round(x * PIXELS), 8 * PIXELS
    bent = wiped(town.pages[0], (x, y, 8))
    marker = town.pages[0][top : top + side : 2, left : left + side : 2]
    bent[top : top + side // 2, left : left + side // 2] = marker
    assert refusals(town.read(scanned(bent))) == [PageFault.BENT]


def test_a_pale_print_is_refused(town: Printed) -> None:
    [why] = refusals(town.read(scanned(0.84 + 0.16 * town.pages[0])))
    assert why in (PageFault.CONTRAST, PageFault.CODE)


@pytest.mark.parametrize("scan", [scanners.office, scanners.thin, scanners.streaked])
def test_the_empty_back_of_a_ballot_is_nothing_to_worry_about(town: Printed, scan: scanners.Scan) -> None:
    random = np.random.default_rng(3)
    back = np.ones_like(town.pages[0])
    for page in (back, 1 - 0.1 * (1 - town.pages[0][:, ::-1])):  # and with its front shining through
        assert refusals(town.read(scan(page, random))) == [PageFault.EMPTY]
    assert refusals(town.read(scanned(back))) == [PageFault.EMPTY]
    hidden = town.pages[0].copy()
    hidden[: hidden.shape[0] // 6] = hidden[-hidden.shape[0] // 3 :] = 1
    assert refusals(town.read(scanned(hidden))) == [PageFault.CODE]


def test_a_page_is_not_read_as_the_one_that_shines_through(town: Printed) -> None:
    """The code of the other side is read from behind; it does not stand where this page has its own."""
    two_sides = town.pages[0] - 0.2 * (1 - town.pages[0][:, ::-1])
    own = town.form.pages[0]
    for x, y in own.codes:
        corner = (
            slice(round(y * PIXELS), round((y + 16) * PIXELS)),
            slice(round(x * PIXELS), round((x + 16) * PIXELS)),
        )
        two_sides[corner] = 1  # torn off, stained
    assert refusals(town.read(scanned(np.clip(two_sides, 0, 1)))) == [PageFault.CODE]


def test_a_real_ballot_is_no_specimen(town: Printed) -> None:
    form = town.form
    pages = printed(form, "民主测评", "B票", specimen=False)
    assert town.read(scanned(pages[0])) == [PageRefusal(PageFault.NOT_A_SPECIMEN)]


def test_a_specimen_is_no_ballot(town: Printed) -> None:
    real = PageReader([town.form], specimens=False)
    [picture] = pictures_in(scanned(town.pages[0]))
    refusal = real.read(picture)
    assert isinstance(refusal, PageRefusal)
    assert refusal.why is PageFault.SPECIMEN
    assert refusal.code is not None
    assert refusal.code.specimen


def test_dust_on_the_glass_is_bridged_and_too_much_of_it_refused(town: Printed) -> None:
    streaked = town.pages[0].copy()
    streaked[:, 900:904] *= 0.7
    reading = town.read_one(scanned(streaked))
    assert {line.state for line in reading.lines} == {LineState.BLANK}
    streaked[:, 200:2400:14] *= 0.7
    assert refusals(town.read(scanned(streaked))) == [PageFault.STREAKS]


@pytest.mark.parametrize("strength", [0.75, 0.9])
def test_dust_along_the_outline_of_boxes_makes_no_marks(town: Printed, strength: float) -> None:
    """What is drawn over a streak is what stands beside it: an outline would be drawn into the box."""
    page = np.round(town.pages[0] * 255).astype(np.uint8)
    height, width = (round(side * DPI / 25.4 / PIXELS) for side in page.shape)
    empty = np.asarray(Image.fromarray(page).resize((width, height), Image.Resampling.LANCZOS))
    box = town.form.pages[0].lines[3].boxes[1]
    first, last = (round(x * DPI / 25.4) for x in (box.x - 1, box.x + BOX + 1))
    for at in range(first, last, 2):
        streaked = empty.copy()
        streaked[:, at : at + 2] = (streaked[:, at : at + 2] * strength).astype(np.uint8)
        reading = town.reader.read(streaked)
        assert isinstance(reading, PageReading)
        assert LineState.MARKED not in {line.state for line in reading.lines}, at - first


@pytest.mark.parametrize("size", PaperSize)
def test_a_reason_is_seen_in_its_frame_and_marks_above_it_are_read(size: PaperSize) -> None:
    definition = read_definition(example("one-report-two-reviews"))
    form = lay_out(definition, "B", PaperRules(size=size, texts=PaperTexts.TYPED))
    page, layout = printed(form, definition.title, "B票（干部职工代表）")[0], form.pages[0]
    [first, second] = [area for area in layout.areas if area.field.endswith(".reason")]
    ink = np.zeros(page.shape, np.float32)
    hand = Hand(ink, np.random.default_rng(7))
    for line in layout.lines:
        if line.field.endswith(".approval"):
            hand.tick(line.boxes[2].x, line.boxes[2].y, BALLPOINT)
    for at in range(5):
        hand.cross(first.x + 8 + 9 * at, first.y + 3, BALLPOINT)
    reader = PageReader([form], specimens=True, crops=True)
    read = Printed(form, [], reader).read_one(scanned(page * (1 - ink)))
    said = {line.field: line.value for line in read.lines if line.state is LineState.MARKED}
    assert said == {"p1.approval": "against", "p2.approval": "against"}
    assert all(line.state is LineState.BLANK for line in read.lines if line.field not in said)
    assert [name for name, inked in read.areas.items() if inked] == [first.field]
    assert first.field in read.crops
    assert second.field not in read.crops
