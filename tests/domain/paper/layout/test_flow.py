"""Paper ballots are laid out within their pages, boxes apart, and the same every time."""

from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.campaign import Definition
from survey.domain.definition.canonical import canonical_json
from survey.domain.definition.form import QuestionKind
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import PaperRules, PaperSize, PaperTexts
from survey.domain.errors import TooWideForPaper
from survey.domain.paper.layout.canvas import EDGE
from survey.domain.paper.layout.flow import lay_out, require_room
from survey.domain.paper.layout.reckoning import em
from survey.domain.paper.reasons import reason_frames
from survey.domain.paper.sheet import BOX, MARKER, AreaKind, PaperForm, PaperPage
from tests.builders import EXAMPLES, example
from tests.domain.editing import changed, full

SAMPLES = sorted(file.stem for file in EXAMPLES.glob("*.toml"))
TYPED = PaperRules(texts=PaperTexts.TYPED)
RULES = [
    TYPED,
    PaperRules(),
    PaperRules(strip=False, texts=PaperTexts.TYPED),
    PaperRules(size=PaperSize.A3, texts=PaperTexts.TYPED),
]


def sample(name: str) -> Definition:
    return read_definition(example(name))


def boxes_of(page: PaperPage) -> list[tuple[float, float]]:
    return [(box.x, box.y) for line in page.lines for box in line.boxes]


def require_sound(form: PaperForm, definition: Definition) -> None:
    """Check what a reader relies on: all lines once, boxes apart and clear of all else."""
    asked = BallotForm(definition, form.group)
    lines = [line.name for line in asked.lines]
    choices = [name for name, item in asked.questions.items() if item.kind is not QuestionKind.TEXT]
    assert [line.field for line in form.lines] == lines + choices
    offered = {line.name: [value for value, _label in line.offered] for line in asked.lines}
    for line in form.lines:
        if line.field in offered:
            assert [box.value for box in line.boxes] == offered[line.field]
        else:
            question = asked.questions[line.field]
            assert [box.value for box in line.boxes] == [option.key for option in question.options]
            assert line.many is (question.kind is QuestionKind.CHOICES)
    for page in form.pages:
        require_apart(page)

    asks = {area.field for page in form.pages for area in page.areas if area.kind is AreaKind.REASON}
    assert asks <= set(reason_frames(asked).values())


def require_frames_apart(page: PaperPage) -> None:
    """Check that a reader who looks for ink in a frame finds nothing there that was printed."""
    for area in page.areas:
        assert area.x >= EDGE
        assert area.x + area.width <= page.width - EDGE + 0.011
        assert area.y + area.height <= page.lowest
        for _x, y in boxes_of(page):
            assert y + BOX + 1 <= area.y or area.y + area.height + 2 <= y
        for words in page.words:
            assert words.y + words.height <= area.y + 0.011 or area.y + area.height <= words.y
        for rule in page.rules:
            if not (rule.width and rule.height):
                assert not (
                    rule.x < area.x + area.width
                    and area.x < rule.x + rule.width + 0.01
                    and rule.y < area.y + area.height
                    and area.y < rule.y + rule.height
                )
    for one, other in combinations(page.areas, 2):
        assert one.y + one.height < other.y or other.y + other.height < one.y or one.x + one.width < other.x


def require_apart(page: PaperPage) -> None:
    lowest = page.lowest
    require_frames_apart(page)
    for x, y in boxes_of(page):
        assert 10 < x < page.width - 10 - BOX
        assert 24 < y < lowest - BOX
    for (x, y), (u, v) in combinations(boxes_of(page), 2):
        assert abs(x - u) >= BOX + 2.6 - 0.011 or abs(y - v) >= BOX + 2.6 - 0.011, (page.page, x, y, u, v)
    corners = [*page.markers, *page.codes]
    for x, y in corners:
        assert 8 <= x <= page.width - 8 - MARKER
        assert y + MARKER <= (page.cut or page.height) - 4
    # Nothing but a box stands to the left and right of it: upright rules are the ends of blocks.
    for rule in page.rules:
        for x, y in boxes_of(page):
            within = rule.y < y + BOX and y < rule.y + rule.height
            if within and not rule.width:
                assert rule.x <= x - 2.3 or rule.x >= x + BOX + 2.3
            if not rule.height:
                assert not y - 0.5 < rule.y < y + BOX + 0.5 or rule.x + rule.width < x or rule.x > x + BOX


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_have_room(name: str, rules: PaperRules) -> None:
    definition = sample(name)
    for group in definition.groups:
        require_sound(lay_out(definition, group.key, rules), definition)


def test_town_annual_is_one_leaf_and_146_persons_two_of_a4_or_one_of_a3() -> None:
    def pages(name: str, rules: PaperRules) -> set[int]:
        definition = sample(name)
        return {len(lay_out(definition, group.key, rules).pages) for group in definition.groups}

    assert pages("town-annual", TYPED) == pages("town-annual", PaperRules()) == {2}
    assert pages("college-term", PaperRules()) == {4}
    assert pages("college-term", PaperRules(size=PaperSize.A3)) == {2}


def test_a_ballot_of_three_pages_has_a_fourth_that_is_not_filled_in() -> None:
    rows = [{"key": f"r{at}", "section": "vote", "name": f"第{at}人"} for at in range(120)]
    definition = read_definition(full() | {"ratees": rows, "quotas": []})
    form = lay_out(definition, "A", PaperRules())
    assert len(form.pages) == 4
    assert [bool(page.lines) for page in form.pages] == [True, True, True, False]
    assert [page.cut is None for page in form.pages] == [False, False, True, True]


def test_words_wanted_on_paper_have_a_frame_each_and_others_none() -> None:
    definition = sample("town-annual")
    with_words = lay_out(definition, "B", TYPED)
    assert [area.field for page in with_words.pages for area in page.areas] == ["team-form.comment"]
    assert not any(page.areas for page in lay_out(definition, "B", PaperRules()).pages)


@pytest.mark.parametrize("size", PaperSize)
@pytest.mark.parametrize("strip", [True, False])
def test_a_ratee_whose_grades_ask_for_a_reason_has_a_frame(size: PaperSize, strip: bool) -> None:
    definition = sample("one-report-two-reviews")
    rules = PaperRules(size=size, strip=strip, texts=PaperTexts.TYPED)
    for group in definition.groups:
        form = lay_out(definition, group.key, rules)
        require_sound(form, definition)
        assert [area.field for page in form.pages for area in page.areas] == [
            "selection-work.comment",
            "p1.approval.reason",
            "p2.approval.reason",
            "q.advice",
        ]
        assert len(form.pages) == (2 if size is PaperSize.A4 and strip else 1)
        below = [area for area in form.pages[0].areas if area.kind is AreaKind.REASON]
        lines = [line for line in form.pages[0].lines if line.field.endswith(".approval")]
        for area, line, following in zip(below, lines, [*lines[1:], None], strict=True):
            assert line.boxes[0].y + BOX < area.y
            assert following is None or area.y + area.height < following.boxes[0].y


def test_what_asks_for_a_reason_is_said_above_its_frame_and_in_the_instructions() -> None:
    definition = sample("one-report-two-reviews")
    said = [words.text for words in lay_out(definition, "B", TYPED).pages[0].words]
    assert said.count("评“不认同”的，请写明理由") == 2
    assert "评“不认同”的，要在下面的框内写明理由；框内没有写字的，这些行作未填。" in said
    assert "理由" not in "".join(w.text for w in lay_out(sample("town-annual"), "B", TYPED).pages[0].words)


@pytest.mark.parametrize("size", PaperSize)
def test_a_block_has_one_frame_for_all_lines_of_its_ratee(size: PaperSize) -> None:
    rows = [{"key": f"r{at}", "section": "form", "name": f"第{at}人"} for at in range(20)]
    definition = read_definition(full() | {"ratees": rows, "quotas": []})
    form = lay_out(definition, "B", PaperRules(size=size, texts=PaperTexts.TYPED))
    require_sound(form, definition)
    reasons = [area.field for page in form.pages for area in page.areas if area.kind is AreaKind.REASON]
    assert reasons == [f"r{at}.de.reason" for at in range(20)]
    for page in form.pages:
        asking = {area.field.removesuffix(".reason") for area in page.areas if area.kind is AreaKind.REASON}
        assert asking <= {line.field for line in page.lines}


def test_a_frame_stands_below_the_last_part_of_a_divided_block() -> None:
    criteria = [{"key": f"k{at}", "label": f"项目{at}"} for at in range(60)]
    definition = read_definition(changed("sections[0].criteria", criteria, full()) | {"quotas": []})
    form = lay_out(definition, "A", TYPED)
    require_sound(form, definition)
    page = next(page for page in form.pages if any(area.field == "c1.k0.reason" for area in page.areas))
    assert "c1.k59" in {line.field for line in page.lines}


def test_the_instructions_say_the_quotas_and_what_becomes_of_a_sheet_over_them() -> None:
    definition = sample("town-annual")
    said = " ".join(words.text for words in lay_out(definition, "B", PaperRules()).pages[0].words)
    assert "评“优秀”的不超过 3 人；超过的，这些人的该项都作未填。" in said
    assert "文字意见请用手机提交" in said
    assert "不含姓名" in said


def test_a_layout_is_named_by_group_size_and_definition() -> None:
    definition = sample("town-annual")
    form = lay_out(definition, "B", PaperRules())
    assert form == lay_out(sample("town-annual"), "B", PaperRules())
    others = [
        lay_out(definition, "A", PaperRules()),
        lay_out(definition, "C", PaperRules()),
        lay_out(definition, "B", PaperRules(strip=False)),
        lay_out(definition, "B", PaperRules(size=PaperSize.A3)),
        lay_out(replace(definition, digest="sha256:other"), "B", PaperRules()),
    ]
    assert len({form.layout, *(other.layout for other in others)}) == 6


PINNED = {
    "college-term": "6ab42ae0a5e35f7e",
    "one-report-two-reviews": "9636b35c22c08b51",
    "public-satisfaction": "9d03460cb6c9f3ce",
    "town-annual": "600b68bda6f087ae",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_layout_stays_what_it_was(name: str) -> None:
    """Sheets that were printed are read by the layout worked out anew: whoever changes one refuses them all.

    Who changes a sample, and means to, pins it anew.
    """
    definition = sample(name)
    forms = [lay_out(definition, group.key, rules) for group in definition.groups for rules in RULES]
    said = canonical_json([[page.as_json() for page in form.pages] for form in forms])
    assert sha256(said.encode()).hexdigest()[:16] == PINNED[name]


def test_grades_that_have_no_room_beside_each_other_are_refused() -> None:
    grades = [{"key": f"g{at}", "label": f"第{at}档", "points": 90 - at} for at in range(20)]
    data = changed("scales[1].grades", grades, full())
    definition = read_definition(data)
    with pytest.raises(TooWideForPaper) as refused:
        require_room(definition, PaperRules())
    assert (refused.value.title, refused.value.number) == ("表决", 20)
    require_room(definition, PaperRules(size=PaperSize.A3))


def test_a_block_longer_than_a_page_is_divided() -> None:
    criteria = [{"key": f"k{at}", "label": f"项目{at}"} for at in range(60)]
    data = changed("sections[0].criteria", criteria, full()) | {"quotas": []}
    definition = read_definition(data)
    require_sound(lay_out(definition, "B", PaperRules()), definition)


LABELS = st.text(alphabet="甲乙丙丁ABCdef 优秀称职", min_size=1, max_size=24).filter(str.strip)


@settings(max_examples=40)
@given(
    grades=st.integers(2, 9),
    names=st.lists(LABELS, min_size=1, max_size=40),
    criteria=st.lists(LABELS, min_size=1, max_size=9),
    size=st.sampled_from(PaperSize),
    strip=st.booleans(),
    asking=st.integers(0, 9),
)
def test_whatever_is_asked_is_laid_out_soundly(
    grades: int, names: list[str], criteria: list[str], size: PaperSize, strip: bool, asking: int
) -> None:
    data: dict[str, Any] = full() | {
        "scales": [
            {
                "key": "s",
                "grades": [
                    {"key": f"g{at}", "label": f"第{at}档", "points": 90 - at}
                    | ({"reason": "required"} if at >= grades - asking else {})
                    for at in range(grades)
                ],
            }
        ],
        "rates": [],
        "quotas": [],
        "sections": [
            {
                "key": "x",
                "title": "测评表",
                "scale": "s",
                "criteria": [{"key": f"k{at}", "label": text} for at, text in enumerate(criteria)],
            }
        ],
        "ratees": [{"key": f"r{at}", "section": "x", "name": name} for at, name in enumerate(names)],
    }
    definition = read_definition(data)
    rules = PaperRules(size=size, strip=strip, texts=PaperTexts.TYPED)
    require_sound(lay_out(definition, "A", rules), definition)


def test_wide_characters_count_as_an_em() -> None:
    assert em("民评") == 2
    assert em("ab") == pytest.approx(1.2)
