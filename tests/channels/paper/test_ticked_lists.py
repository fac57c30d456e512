"""A list with one box each on paper: ticks are read, an empty row is no doubt, a blackened box is one."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench.paper import scanners
from bench.paper.pens import BALLPOINT, BLUE, FELT, GEL, Hand, Mark, Pen
from bench.paper.sheets import printed
from survey.channels.paper.reader import PageReader
from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import OverQuota, PaperRules, PaperTexts
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.layout.words import instructions
from survey.domain.paper.reading import Doubt, LineReading, LineState, PageReading
from survey.domain.paper.sheet import PaperLine

from .conftest import Printed, scanned

FILE = Path(__file__).parents[2] / "data" / "nomination.toml"
Draw = Callable[[Hand, tuple[PaperLine, ...]], None]


@pytest.fixture(scope="module")
def nomination() -> Printed:
    data = tomllib.loads(FILE.read_text("utf-8"))
    del data["questions"]
    data["ratees"] = [
        {"key": f"p{n}", "section": "list", "name": f"候选{n}", "post": "县直部门主要负责人"}
        for n in range(1, 25)
    ]
    definition = read_definition(data)
    form = lay_out(definition, "B", PaperRules())
    pages = list(printed(form, definition.title, "B票"))
    return Printed(form, pages, PageReader([form], specimens=True))


def read(of: Printed, draw: Draw) -> dict[str, LineReading]:
    ink = np.zeros(of.pages[0].shape, np.float32)
    draw(Hand(ink, np.random.default_rng(7)), of.form.pages[0].lines)
    return {line.field: line for line in of.read_one(scanned(of.pages[0] * (1 - ink))).lines}


def test_a_row_has_one_box_which_stands_for_the_tick(nomination: Printed) -> None:
    lines = nomination.form.pages[0].lines
    assert len(lines) == 24
    assert {tuple(box.value for box in line.boxes) for line in lines} == {("yes",)}
    assert all(line.alone for line in lines)


@pytest.mark.parametrize("pen", [BALLPOINT, GEL, BLUE], ids=["ballpoint", "gel", "blue"])
def test_ticks_are_read_and_empty_rows_are_no_doubts(nomination: Printed, pen: Pen) -> None:
    def draw(hand: Hand, lines: tuple[PaperLine, ...]) -> None:
        for at, mark in ((0, hand.tick), (5, hand.cross), (13, hand.slash), (23, hand.tick)):
            mark(lines[at].boxes[0].x, lines[at].boxes[0].y, pen)

    lines = read(nomination, draw)
    marked = [name for name, line in lines.items() if line.state is LineState.MARKED]
    assert marked == ["p1.vote", "p6.vote", "p14.vote", "p24.vote"]
    assert {line.state for name, line in lines.items() if name not in marked} == {LineState.BLANK}


@pytest.mark.parametrize("scan", [scanners.office, scanners.thin, scanners.streaked])
def test_a_list_on_which_all_are_ticked(nomination: Printed, scan: scanners.Scan) -> None:
    """No box is left empty to tell what the paper's own noise is."""
    random = np.random.default_rng(11)
    ink = np.zeros(nomination.pages[0].shape, np.float32)
    hand = Hand(ink, random)
    for line in nomination.form.pages[0].lines:
        hand.tick(line.boxes[0].x, line.boxes[0].y, BALLPOINT)
    [reading] = nomination.read(scan(nomination.pages[0] * (1 - ink), random))
    assert isinstance(reading, PageReading)
    states = [line.state for line in reading.lines]
    assert LineState.BLANK not in states
    assert states.count(LineState.MARKED) >= 22


@pytest.mark.parametrize("mark", [Hand.fill, Hand.scratch])
@pytest.mark.parametrize("pen", [BALLPOINT, GEL, FELT], ids=["ballpoint", "gel", "felt"])
def test_what_was_blackened_or_scratched_out_never_counts_unasked(
    nomination: Printed, pen: Pen, mark: Mark
) -> None:
    def draw(hand: Hand, lines: tuple[PaperLine, ...]) -> None:
        for line in lines[::2]:
            hand.tick(line.boxes[0].x, line.boxes[0].y, pen)
            mark(hand, line.boxes[0].x, line.boxes[0].y, pen)

    lines = list(read(nomination, draw).values())
    assert {line.state for line in lines[::2]} == {LineState.DOUBTFUL}
    assert Doubt.FILLED in {line.why for line in lines[::2]}


def test_the_sheet_says_how_to_tick_and_what_an_empty_box_is(nomination: Printed) -> None:
    words = "".join(word.text for page in nomination.form.pages for word in page.words)
    assert "在要选的人的方框内打勾" in words
    assert "打勾的不超过 2 人；超过的，整张票作废。没有打勾的，计为“不推荐”。" in words
    assert "勾错了：把方框整个涂黑" in words
    assert "每行选一格" not in words
    assert "全部空白的" not in words
    assert "没有填的行" not in words


@pytest.mark.parametrize("scan", [scanners.office, scanners.thin, scanners.phone])
def test_a_name_is_seen_in_its_own_frame(scan: scanners.Scan) -> None:
    data = tomllib.loads(FILE.read_text("utf-8"))
    data["sections"][0]["write_in"] = 2
    data["questions"] = []
    definition = read_definition(data)
    form = lay_out(definition, "B", PaperRules(texts=PaperTexts.TYPED))
    [page], layout = printed(form, definition.title, "B票"), form.pages[0]
    random = np.random.default_rng(5)
    ink = np.zeros(page.shape, np.float32)
    hand = Hand(ink, random)
    second = layout.areas[1]
    for at in range(3):
        hand.cross(second.x + 12 + 9 * at, second.y + 2, BALLPOINT)
    reader = PageReader([form], specimens=True, crops=True)
    [read] = Printed(form, [page], reader).read(scan(page * (1 - ink), random))
    assert isinstance(read, PageReading)
    assert read.areas == {"list.write_in.1": False, "list.write_in.2": True}
    assert {line.state for line in read.lines} == {LineState.BLANK}
    assert second.field in read.crops


def test_a_list_beside_grades_has_both_instructions() -> None:
    data = tomllib.loads(FILE.read_text("utf-8"))
    grades = [{"key": "a", "label": "好", "points": 1}, {"key": "b", "label": "差", "points": 0}]
    data["scales"].append({"key": "team", "grades": grades})
    team = {"key": "team", "title": "班子", "scale": "team", "criteria": [{"key": "k", "label": "总体"}]}
    data["sections"].append(team)
    data["ratees"].append({"key": "t", "section": "team", "name": "县委班子"})
    form = lay_out(read_definition(data), "B", PaperRules())
    words = "".join(word.text for page in form.pages for word in page.words)
    assert "每行选一格" in words
    assert "名单上勾错了的，只把方框整个涂黑" in words
    assert BallotForm(read_definition(data), "B").has_ticked_list


@pytest.mark.parametrize(("allowed", "limited"), [(5, True), (6, False), (9, False)])
def test_what_an_empty_box_counts_as_is_said_of_every_list(allowed: int, limited: bool) -> None:
    """Where as many may be ticked as are printed, no limit can be broken; an empty box counts as before."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    data["quotas"][0]["at_most"] = allowed
    said = "".join(
        instructions(BallotForm(read_definition(data), "B"), PaperRules(over_quota=OverQuota.SPOIL))
    )
    assert "没有打勾的，计为“不推荐”" in said
    assert ("打勾的不超过 5 人；超过的，整张票作废。" in said) is limited
    assert ("打勾的不超过" in said) is limited
