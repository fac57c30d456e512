"""Pages of a sheet come together without a changed answer, and people decide what is open."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.errors import BadAnswer
from survey.domain.paper.answers import as_typed
from survey.domain.paper.decide import (
    answered,
    answers_to,
    crops_of,
    missing_pages,
    needed_crops,
    open_items,
    settle,
    state_of,
    trimmed,
    with_page,
    with_unread,
)
from survey.domain.paper.fate import ItemKind, PaperItem, SheetState
from survey.domain.paper.reading import Doubt, LineState, PageFault
from survey.domain.paper.record import (
    KeptPage,
    KeptSheet,
    PaperAnswer,
    SheetRefusal,
    UnreadPage,
    sheet_of_json,
)

from .paper_sheets import (
    COMMENT,
    FIRST,
    FORM,
    GRADES,
    ONE_PAGE,
    OPTIONS,
    RULES,
    SECOND,
    SURE,
    SURE_TOO,
    TYPED,
    a_line,
    a_page,
    a_sheet,
    both_say,
    first,
    item_of,
    keys_of,
    say,
    second,
)

WHOLE = a_sheet(SURE, SURE_TOO)


def put(*pages: KeptPage, sheet: KeptSheet | None = None) -> KeptSheet:
    """Bring pages together, one after the other."""
    sheet = a_sheet() if sheet is None else sheet
    for page in pages:
        sheet = with_page(sheet, page)
    return sheet


def values(page: KeptPage) -> list[str]:
    """Return what the lines of a page say, as ``a_page`` takes it."""
    return [
        "?"
        if line.state is LineState.DOUBTFUL
        else " ".join([line.value] if isinstance(line.value, str) else line.value or ())
        for line in page.lines
    ]


def read(sheet: KeptSheet) -> list[tuple[int, list[str]]]:
    return [(page.page, values(page)) for page in sheet.pages]


def state(sheet: KeptSheet) -> SheetState:
    return state_of(FORM, sheet, RULES)


# Pages come together


def test_pages_stand_in_order_whatever_came_first() -> None:
    assert put(SURE_TOO, SURE).pages == put(SURE, SURE_TOO).pages == (SURE, SURE_TOO)


def test_an_equal_page_counts_once() -> None:
    again = first("good", "fair", "bad", "-", scan="y")
    assert put(SURE, again).pages == (SURE,)


def test_options_are_compared_in_any_order() -> None:
    assert len(put(second("good", "plan team"), second("good", "team plan")).pages) == 1


@pytest.mark.parametrize("clear", ["good", "-"])
def test_a_better_scan_takes_a_doubt_away(clear: str) -> None:
    doubtful, sure = first("?", "fair", "", "-"), first(clear, "fair", "", "-")
    assert read(put(doubtful, sure)) == [(1, [clear, "fair", "", "-"])]
    assert read(put(sure, doubtful)) == [(1, [clear, "fair", "", "-"])]


@pytest.mark.parametrize("why", [Doubt.SEVERAL, Doubt.CIRCLED])
def test_two_marks_are_a_question_whatever_another_scan_shows(why: Doubt) -> None:
    """They do not come of a poor scan: one of the two is of a sheet that somebody altered."""
    [line, *others] = first("?", "fair", "bad", "-").lines
    doubtful = replace(first("?", "fair", "bad", "-"), lines=(replace(line, why=why), *others))
    sure = first("good", "fair", "bad", "-")
    for pages in ((doubtful, sure), (sure, doubtful)):
        sheet = put(*pages, SURE_TOO)
        assert keys_of(sheet) == ["line c1.de"]


def test_a_scan_that_shows_nothing_takes_no_doubt_away() -> None:
    doubtful, pale = first("?", "fair", "bad", "-", scan="y"), first("", "fair", "bad", "-")
    for pages in ((doubtful, pale), (pale, doubtful)):
        sheet = put(*pages, SURE_TOO)
        assert keys_of(sheet) == ["line c1.de"]
        assert sheet.pages[0].crops["c1.de"].endswith("c1.de")


def test_what_people_said_to_a_doubt_outlasts_a_scan_that_shows_nothing() -> None:
    sheet = both_say(DOUBTFUL, "line c1.de", "blank")
    assert put(first("", "", "bad", "-"), sheet=sheet) == sheet


def test_two_scans_with_different_doubts_make_one_without() -> None:
    assert read(put(first("?", "fair", "?", "-"), first("good", "?", "?", "-"))) == [
        (1, ["good", "fair", "?", "-"])
    ]


@pytest.mark.parametrize("other", ["fair", "-", ""])
def test_another_answer_makes_a_copy(other: str) -> None:
    sheet = put(SURE, first(other, "fair", "bad", "-"))
    assert read(sheet) == [(1, ["good", "fair", "bad", "-"]), (1, [other, "fair", "bad", "-"])]


def test_a_mark_where_none_was_makes_a_copy() -> None:
    assert len(put(first("", "", "", ""), first("", "good", "", "")).pages) == 2


def test_other_options_make_a_copy() -> None:
    assert len(put(second("good", "plan"), second("good", "plan team")).pages) == 2


def test_copies_stand_one_after_the_other_between_other_pages() -> None:
    sheet = put(SURE, SURE_TOO, first("bad", "fair", "bad", "-"))
    assert [page.page for page in sheet.pages] == [1, 1, 2]


def test_a_copy_that_was_there_counts_once_too() -> None:
    altered = first("bad", "fair", "bad", "-")
    sheet = put(SURE, altered)
    assert put(altered, SURE, sheet=sheet) == sheet


def test_a_third_copy_is_kept() -> None:
    sheet = put(SURE, first("bad", "fair", "bad", "-"), first("fair", "fair", "bad", "-"))
    assert [values(page)[0] for page in sheet.pages] == ["good", "bad", "fair"]


def test_what_fits_two_copies_and_says_nothing_new_adds_nothing() -> None:
    sheet = put(SURE, first("bad", "fair", "bad", "-"))
    assert put(first("?", "fair", "bad", "-"), sheet=sheet) == sheet


def test_what_fits_two_copies_and_says_more_is_a_copy_of_its_own() -> None:
    sheet = put(first("good", "?", "", ""), first("bad", "?", "", ""), first("?", "fair", "", ""))
    assert [values(page)[:2] for page in sheet.pages] == [["good", "?"], ["bad", "?"], ["?", "fair"]]


def test_what_fits_one_copy_alone_takes_its_doubts_away() -> None:
    sheet = put(first("good", "?", "", ""), first("bad", "?", "", ""), first("bad", "fair", "", ""))
    assert [values(page)[:2] for page in sheet.pages] == [["good", "?"], ["bad", "fair"]]


def test_ink_that_one_scan_shows_is_there() -> None:
    for pages in ([True, False], [False, True]):
        sheet = put(*(second("good", "", ink=ink, scan=str(ink)) for ink in pages))
        (page,) = sheet.pages
        assert page.areas == {COMMENT: True}
        assert page.crops[COMMENT] == f"True:{COMMENT}"


def test_a_page_without_lines_counts_once() -> None:
    assert len(put(SURE, a_page(3), a_page(3)).pages) == 2


def test_a_refused_sheet_takes_no_page() -> None:
    refused = replace(a_sheet(), refusal=SheetRefusal.VOIDED)
    assert with_page(refused, SURE) == refused


# Answers of people outlast scans


DOUBTFUL = put(first("?", "?", "bad", "-"), SURE_TOO)


def test_answers_to_what_is_still_doubtful_stay() -> None:
    sheet = say(both_say(DOUBTFUL, "line c1.de", "good"), "line c1.neng", ann="fair")
    assert put(first("?", "?", "bad", "-"), sheet=sheet) == sheet
    assert [answer.item for answer in put(first("?", "fair", "bad", "-"), sheet=sheet).answers] == [
        "line c1.de",
        "line c1.de",
    ]


def test_one_answer_yields_to_a_sure_reading() -> None:
    sheet = put(first("good", "?", "bad", "-"), sheet=say(DOUBTFUL, "line c1.de", ann="bad"))
    assert sheet.answers == ()
    assert keys_of(sheet) == ["line c1.neng"]


def test_a_decision_that_a_better_scan_confirms_is_read_from_then_on() -> None:
    sheet = put(first("good", "?", "bad", "-"), sheet=both_say(DOUBTFUL, "line c1.de", "good"))
    assert sheet.answers == ()
    assert values(sheet.pages[0])[0] == "good"


def test_a_decision_is_an_answer_that_no_scan_changes() -> None:
    sheet = put(first("bad", "?", "bad", "-"), sheet=both_say(DOUBTFUL, "line c1.de", "good"))
    assert keys_of(sheet) == ["copies 1"]
    assert sheet.answers == (), "they were given before there was another copy"


def test_the_choice_of_a_copy_is_asked_anew_when_another_comes() -> None:
    sheet = say(put(SURE, SURE_TOO, first("bad", "fair", "bad", "-")), "copies 1", both="copy 2")
    assert keys_of(sheet) == []
    assert put(SURE, sheet=sheet) == sheet
    assert keys_of(put(first("", "fair", "bad", "-"), sheet=sheet)) == ["copies 1"]


def test_what_was_said_of_missing_pages_is_forgotten_when_one_comes() -> None:
    sheet = say(put(SURE), "pages", both="spoil")
    assert state(sheet) is SheetState.READY
    assert put(SURE_TOO, sheet=sheet) == WHOLE


def test_that_there_are_marks_is_not_forgotten_when_a_page_comes() -> None:
    sheet = say(put(first("", "", "", "")), "pages", both="take")
    sheet = both_say(both_say(sheet, "sheet", "marked"), "line c1.de", "good")
    sheet = put(second("good", ""), sheet=sheet)
    assert keys_of(sheet) == ["line c1.neng", "line c2.de", "line c2.neng", "line q.problems"]


def test_that_a_sheet_is_blank_is_asked_anew_when_a_page_comes() -> None:
    sheet = both_say(say(put(first("", "", "", "")), "pages", both="take"), "sheet", "blank")
    assert state(sheet) is SheetState.READY
    assert keys_of(put(second("", ""), sheet=sheet)) == ["sheet"]


def test_that_there_are_marks_is_not_forgotten_when_another_copy_comes() -> None:
    sheet = both_say(put(first("", "", "", ""), SURE_TOO), "page 1", "marked")
    sheet = put(first("good", "?", "?", "?"), first("", "", "", ""), sheet=sheet)
    assert keys_of(sheet) == ["copies 1"]
    assert keys_of(say(sheet, "copies 1", both="copy 1")) == ["line c1.neng", "line c2.de", "line c2.neng"]


def test_lines_of_a_page_with_marks_that_only_people_see_stay_decided() -> None:
    sheet = both_say(put(first("", "", "", ""), SURE_TOO), "page 1", "marked")
    sheet = both_say(both_say(sheet, "line c1.de", "good"), "line c1.neng", "blank")
    again = put(first("", "", "", ""), sheet=sheet)
    assert again == sheet
    better = put(first("good", "", "bad", "?"), sheet=sheet)
    assert keys_of(better) == ["line c2.neng"]
    assert values(better.pages[0]) == ["good", "", "bad", "?"]
    # What a scan showed is no more overlooked than a changed sheet is.
    assert keys_of(put(first("", "", "bad", ""), sheet=better)) == ["copies 1"]


# What is open


def test_nothing_is_open_about_a_sheet_read_surely() -> None:
    assert open_items(FORM, WHOLE, RULES) == ()
    assert state(WHOLE) is SheetState.READY


def test_a_back_that_is_not_filled_in_need_not_come() -> None:
    assert missing_pages(FORM, WHOLE) == ()
    assert missing_pages(FORM, a_sheet()) == (1, 2)


def test_a_doubtful_line_is_asked() -> None:
    sheet = put(first("good", "?", "bad", "-"), SURE_TOO)
    item = PaperItem("line c1.neng", ItemKind.LINE, 1, ("c1.neng",), False, frozenset())
    assert open_items(FORM, sheet, RULES) == (item,)
    assert state(sheet) is SheetState.WAITING


def test_who_answered_is_told() -> None:
    sheet = say(put(first("good", "?", "bad", "-"), SURE_TOO), "line c1.neng", ann="fair")
    item = item_of(sheet, "line c1.neng")
    assert item is not None
    assert (item.answered, item.joint) == (frozenset({"ann"}), False)


def test_unequal_answers_make_it_joint() -> None:
    sheet = say(put(first("good", "?", "bad", "-"), SURE_TOO), "line c1.neng", ann="fair", ben="bad")
    item = item_of(sheet, "line c1.neng")
    assert item is not None
    assert (item.answered, item.joint) == (frozenset({"ann", "ben"}), True)


def test_a_missing_page_is_joint_and_makes_it_incomplete() -> None:
    sheet = put(first("?", "", "", ""))
    assert [(item.key, item.joint) for item in open_items(FORM, sheet, RULES)] == [
        ("pages", True),
        ("line c1.de", False),
    ]
    assert state(sheet) is SheetState.INCOMPLETE


def test_a_sheet_that_counts_without_a_page_is_blank_there() -> None:
    sheet = say(put(SURE), "pages", both="take")
    assert settle(FORM, sheet, RULES).values["t1.all"] == ()
    assert settle(FORM, sheet, RULES).values["c1.de"] == ("good",)


def test_copies_are_joint_and_hide_what_is_open_in_them() -> None:
    sheet = put(first("good", "?", "", ""), first("bad", "?", "", ""), SURE_TOO)
    (item,) = open_items(FORM, sheet, RULES)
    assert (item.key, item.kind, item.page, item.joint) == ("copies 1", ItemKind.COPIES, 1, True)
    assert item.fields == ("c1.de",)
    assert answers_to(FORM, sheet, item) == ("copy 1", "copy 2", "spoil", "refuse")


@pytest.mark.parametrize(("said", "counts"), [("copy 1", "good"), ("copy 2", "bad")])
def test_the_copy_that_is_chosen_counts(said: str, counts: str) -> None:
    sheet = put(first("good", "?", "", ""), first("bad", "?", "", ""), SURE_TOO)
    sheet = say(sheet, "copies 1", both=said)
    assert keys_of(sheet) == ["line c1.neng"]
    sheet = both_say(sheet, "line c1.neng", "fair")
    assert settle(FORM, sheet, RULES).values["c1.de"] == (counts,)
    assert settle(FORM, sheet, RULES).values["c1.neng"] == ("fair",)


def test_a_blank_page_beside_others_is_one_question() -> None:
    sheet = put(first("", "", "", ""), SURE_TOO)
    (item,) = open_items(FORM, sheet, RULES)
    assert (item.key, item.kind, item.page, item.joint) == ("page 1", ItemKind.EMPTY, 1, False)
    assert item.fields == tuple(line.field for line in FIRST)
    assert state(sheet) is SheetState.WAITING
    sheet = both_say(sheet, "page 1", "blank")
    assert state(sheet) is SheetState.READY
    assert settle(FORM, sheet, RULES).values["c1.de"] == ()


def test_a_blank_sheet_is_one_question() -> None:
    sheet = put(first("", "", "", ""), second("", ""), a_page(3))
    (item,) = open_items(FORM, sheet, RULES)
    assert (item.key, item.page) == ("sheet", 0)
    assert item.fields == tuple(line.field for line in (*FIRST, *SECOND))
    assert not any(settle(FORM, both_say(sheet, "sheet", "blank"), RULES).values.values())


def test_a_blank_sheet_of_one_page_is_one_question() -> None:
    assert keys_of(put(first("", "", "", "")), ONE_PAGE) == ["sheet"]


def test_marks_that_people_see_are_asked_line_by_line() -> None:
    sheet = both_say(put(first("", "", "", ""), SURE_TOO), "page 1", "marked")
    assert keys_of(sheet) == [f"line {line.field}" for line in FIRST]
    sheet = both_say(put(first("", "", "", ""), second("", "")), "sheet", "marked")
    assert keys_of(sheet) == [f"line {line.field}" for line in (*FIRST, *SECOND)]


def test_lines_that_people_all_found_blank_are_no_question_again() -> None:
    sheet = both_say(put(first("", "", "", ""), second("", "")), "sheet", "marked")
    for line in (*FIRST, *SECOND):
        sheet = both_say(sheet, f"line {line.field}", "blank")
    assert state(sheet) is SheetState.READY
    sheet = both_say(put(first("?", "?", "?", "?"), SURE_TOO), "line c1.de", "blank")
    for line in FIRST[1:]:
        sheet = both_say(sheet, f"line {line.field}", "blank")
    assert state(sheet) is SheetState.READY


def test_a_sheet_is_not_blank_before_its_doubts_are_decided() -> None:
    sheet = put(first("?", "", "", ""), second("", ""))
    assert keys_of(sheet) == ["line c1.de"]
    assert keys_of(both_say(sheet, "line c1.de", "good")) == ["page 2"]
    assert keys_of(both_say(sheet, "line c1.de", "blank")) == ["sheet"]


def test_a_page_is_not_asked_about_before_all_are_there() -> None:
    sheet = put(first("", "", "", ""))
    assert keys_of(sheet) == ["pages"]
    assert keys_of(say(sheet, "pages", both="take")) == ["sheet"]
    assert keys_of(put(SURE_TOO, sheet=sheet)) == ["page 1"]


def test_whether_a_page_is_blank_can_take_two() -> None:
    sheet = say(put(first("", "", "", ""), SURE_TOO), "page 1", ann="blank", ben="marked")
    item = item_of(sheet, "page 1")
    assert item is not None
    assert item.joint
    assert answers_to(FORM, sheet, item) == ("blank", "marked", "spoil")
    assert settle(FORM, say(sheet, "page 1", both="blank"), RULES).values["c1.de"] == ()


def test_what_is_written_is_typed_where_that_is_wanted() -> None:
    sheet = put(SURE, second("good", "", ink=True))
    assert keys_of(sheet, rules=RULES) == []
    assert keys_of(sheet, rules=TYPED) == [f"text {COMMENT}"]
    assert settle(FORM, sheet, RULES).texts == {}
    sheet = say(sheet, f"text {COMMENT}", rules=TYPED, ann="=很好\r\n继续 ", ben="=很好\n继续")
    assert settle(FORM, sheet, TYPED).texts == {COMMENT: "很好\n继续"}


def test_a_corrected_text_takes_two() -> None:
    sheet = put(SURE, second("good", "", ink=True))
    sheet = say(sheet, f"text {COMMENT}", rules=TYPED, ann="=很好", ben="=狠好")
    assert state_of(FORM, sheet, TYPED) is SheetState.WAITING
    sheet = say(sheet, f"text {COMMENT}", rules=TYPED, both="=很好")
    assert settle(FORM, sheet, TYPED).texts == {COMMENT: "很好"}


@pytest.mark.parametrize("nothing", ["=", "=  ", "blank"])
def test_a_frame_with_a_stray_line_has_no_text(nothing: str) -> None:
    sheet = put(SURE, second("good", "", ink=True))
    sheet = both_say(sheet, f"text {COMMENT}", nothing, rules=TYPED)
    assert settle(FORM, sheet, TYPED).texts == {}


@pytest.mark.parametrize("words", ["spoil", "refuse", "unsure", "blank", "take", "=", "= 1"])
def test_words_that_were_typed_are_no_answer(words: str) -> None:
    sheet = put(SURE, second("good", "", ink=True))
    alone = both_say(sheet, f"text {COMMENT}", as_typed(words), rules=TYPED)
    unlike = say(sheet, f"text {COMMENT}", rules=TYPED, ann="=很好", ben="=狠好")
    for said in (alone, say(unlike, f"text {COMMENT}", rules=TYPED, both=as_typed(words))):
        settled = settle(FORM, said, TYPED)
        assert (settled.texts, settled.spoiled, settled.refusal) == ({COMMENT: words}, False, None)


def test_an_option_may_be_called_as_what_is_said_of_whole_sheets() -> None:
    keys = ("refuse", "take", "marked")
    line = a_line("q.problems", "问题", keys, many=True)
    form = replace(FORM, pages=(FORM.pages[0], replace(FORM.pages[1], lines=(SECOND[0], line))))
    asked = say(put(SURE, second("good", "?")), "line q.problems", form, ann="unsure")
    for key in keys:
        settled = settle(form, say(asked, "line q.problems", form, both=key), RULES)
        assert (settled.values["q.problems"], settled.refusal) == ((key,), None)


# The end of a sheet


@pytest.mark.parametrize(
    ("sheet", "key"),
    [
        (say(DOUBTFUL, "line c1.de", ann="unsure"), "line c1.de"),
        (say(put(first("", "", "", ""), SURE_TOO), "page 1", ann="unsure"), "page 1"),
        (say(put(first("", "", "", ""), second("", "")), "sheet", ann="unsure"), "sheet"),
        (put(SURE), "pages"),
        (put(SURE, first("bad", "", "", ""), SURE_TOO), "copies 1"),
    ],
)
def test_two_can_spoil_the_whole_sheet(sheet: KeptSheet, key: str) -> None:
    spoiled = say(sheet, key, both="spoil")
    assert state(spoiled) is SheetState.READY
    settled = settle(FORM, spoiled, RULES)
    assert (settled.spoiled, settled.refusal, settled.values, settled.texts) == (True, None, {}, {})


@pytest.mark.parametrize(
    ("sheet", "key"), [(put(SURE), "pages"), (put(SURE, first("bad", "", "", "")), "copies 1")]
)
def test_two_can_refuse_a_sheet_with_copies_or_without_a_page(sheet: KeptSheet, key: str) -> None:
    refused = say(sheet, key, both="refuse")
    assert state(refused) is SheetState.READY
    settled = settle(FORM, refused, RULES)
    assert (settled.spoiled, settled.refusal, settled.values) == (False, SheetRefusal.DOUBLE, {})


def test_nothing_is_open_about_a_refused_sheet() -> None:
    refused = replace(a_sheet(), refusal=SheetRefusal.ALREADY_CAST)
    assert open_items(FORM, refused, RULES) == ()
    assert settle(FORM, refused, RULES).refusal is SheetRefusal.ALREADY_CAST


@pytest.mark.parametrize("sheet", [DOUBTFUL, put(SURE), put(SURE, SURE_TOO, first("", "", "", ""))])
def test_a_sheet_is_not_settled_before_its_time(sheet: KeptSheet) -> None:
    with pytest.raises(ValueError, match="open"):
        settle(FORM, sheet, RULES)


def test_what_a_sheet_says_has_every_line() -> None:
    assert settle(FORM, WHOLE, RULES).values == {
        "c1.de": ("good",),
        "c1.neng": ("fair",),
        "c2.de": ("bad",),
        "c2.neng": ("-",),
        "t1.all": ("good",),
        "q.problems": ("plan", "team"),
    }


# Pages that could not be read

UNREAD = UnreadPage(1, PageFault.MARKERS, 2, 7)


def without_scan(*pages: KeptPage) -> KeptSheet:
    """Return a sheet of which two decided to go through the first page, which could not be read."""
    return say(with_unread(put(*pages), UNREAD), "pages", both="type")


def test_a_page_that_could_not_be_read_is_noted_until_a_scan_of_it_is() -> None:
    sheet = with_unread(put(SURE_TOO), UNREAD)
    assert sheet.unread == (UNREAD,)
    assert with_unread(sheet, UNREAD) == sheet
    later = replace(UNREAD, file=3, why=PageFault.BENT)
    assert with_unread(sheet, later).unread == (later,)
    assert put(SURE, sheet=sheet) == WHOLE
    assert with_unread(WHOLE, UNREAD) == WHOLE


def test_a_refused_sheet_notes_no_page() -> None:
    refused = replace(a_sheet(), refusal=SheetRefusal.VOIDED)
    assert with_unread(refused, UNREAD) == refused


@pytest.mark.parametrize(
    ("sheet", "offers"),
    [
        (put(SURE), ("take", "spoil", "refuse")),
        (with_unread(put(SURE_TOO), UNREAD), ("take", "type", "spoil", "refuse")),
        (with_unread(put(), UNREAD), ("type", "spoil", "refuse")),
        (with_unread(put(KeptPage(3, (), {})), UNREAD), ("type", "spoil", "refuse")),
        (put(), ("spoil", "refuse")),
    ],
)
def test_what_is_there_is_taken_and_what_was_scanned_typed(sheet: KeptSheet, offers: tuple[str, ...]) -> None:
    item = item_of(sheet, "pages")
    assert item is not None
    assert answers_to(FORM, sheet, item) == offers
    for answer in {"take", "type"} - set(offers):
        assert refused(sheet, "pages", answer, "ann\nben", joint=True) == "unknown"


def test_two_go_through_every_line_of_a_page_that_could_not_be_read() -> None:
    sheet = without_scan(SURE_TOO)
    assert state(sheet) is SheetState.WAITING
    items = open_items(FORM, sheet, RULES)
    assert [item.key for item in items] == [f"line {line.field}" for line in FIRST]
    assert {(item.page, item.joint, item.kind) for item in items} == {(1, True, ItemKind.LINE)}
    assert refused(sheet, LINE, "good") == "joint"
    for line, said in zip(FIRST, ("good", "blank", "-", "bad"), strict=True):
        sheet = say(sheet, f"line {line.field}", both=said)
    assert state(sheet) is SheetState.READY
    assert list(settle(FORM, sheet, RULES).values.values()) == [
        ("good",),
        (),
        ("-",),
        ("bad",),
        ("good",),
        ("plan", "team"),
    ]


def test_nobody_is_asked_whether_a_page_that_two_found_blank_is_blank() -> None:
    sheet = without_scan(SURE_TOO)
    for line in FIRST:
        sheet = say(sheet, f"line {line.field}", both="blank")
    assert keys_of(sheet) == []


def test_what_is_written_on_a_page_that_could_not_be_read_is_typed_by_both() -> None:
    sheet = with_unread(put(SURE), replace(UNREAD, page=2))
    sheet = say(sheet, "pages", rules=TYPED, both="type")
    item = item_of(sheet, f"text {COMMENT}", rules=TYPED)
    assert item is not None
    assert item.joint
    for key, said in (("line t1.all", "good"), ("line q.problems", "team plan"), (item.key, "=很好")):
        sheet = say(sheet, key, rules=TYPED, both=said)
    settled = settle(FORM, sheet, TYPED)
    assert (settled.texts, settled.values["q.problems"]) == ({COMMENT: "很好"}, ("plan", "team"))


def test_a_sheet_can_be_spoiled_while_it_is_gone_through() -> None:
    assert settle(FORM, say(without_scan(SURE_TOO), LINE, both="spoil"), RULES).spoiled


@pytest.mark.parametrize("said", ["good", "bad", "blank", "spoil"])
def test_a_scan_takes_the_place_of_what_was_typed_without_it(said: str) -> None:
    assert put(SURE, sheet=say(without_scan(SURE_TOO), LINE, both=said)) == WHOLE


def test_that_a_sheet_counts_without_a_page_is_asked_anew_when_that_turns_up_unread() -> None:
    taken = say(put(SURE_TOO), "pages", both="take")
    assert state(taken) is SheetState.READY
    assert keys_of(with_unread(taken, UNREAD)) == ["pages"]
    again = say(with_unread(taken, UNREAD), "pages", both="take")
    assert with_unread(again, replace(UNREAD, file=4)).answers == again.answers


def test_a_page_that_could_not_be_read_is_kept_as_it_was_noted() -> None:
    sheet = without_scan(SURE_TOO)
    assert sheet_of_json(json.loads(json.dumps(sheet.as_json()))) == sheet


# What may be said


def refused(sheet: KeptSheet, key: str, answer: str, account: str = "ann", *, joint: bool = False) -> str:
    with pytest.raises(BadAnswer) as error:
        answered(FORM, sheet, TYPED, PaperAnswer(key, account, answer, joint))
    return error.value.why


LINE = "line c1.de"
JOINT = say(DOUBTFUL, LINE, ann="unsure")


@pytest.mark.parametrize("answer", [*GRADES, "blank", "unsure"])
def test_a_line_takes_grades_blank_and_unsure(answer: str) -> None:
    assert say(DOUBTFUL, LINE, ann=answer).answers == (PaperAnswer(LINE, "ann", answer),)


@pytest.mark.parametrize("answer", ["", "spoil", "refuse", "take", "marked", "best", "good fair", " good"])
def test_a_line_takes_nothing_else(answer: str) -> None:
    assert refused(DOUBTFUL, LINE, answer) == "unknown"


@pytest.mark.parametrize("answer", ["unsure", "refuse", "marked"])
def test_two_at_one_screen_are_not_unsure_and_refuse_no_line(answer: str) -> None:
    assert refused(JOINT, LINE, answer, "ann\nben", joint=True) == "unknown"


def test_several_options_are_taken_in_any_order() -> None:
    sheet = put(SURE, second("good", "?"))
    assert say(sheet, "line q.problems", ann="team plan").answers[0].answer == "plan team"
    assert settle(FORM, say(sheet, "line q.problems", ann="style team", ben="team style"), RULES).values[
        "q.problems"
    ] == ("team", "style")
    for answer in ("plan good", "blank plan", "unsure team"):
        assert refused(sheet, "line q.problems", answer) == "unknown"


def test_an_account_answers_once() -> None:
    assert refused(say(DOUBTFUL, LINE, ann="good"), LINE, "good") == "again"


@pytest.mark.parametrize("key", ["line c2.de", "line c9.de", "page 1", "pages", "copies 1", "", "text x"])
def test_what_is_not_open_takes_no_answer(key: str) -> None:
    assert refused(DOUBTFUL, key, "good") == "gone"


def test_what_was_decided_takes_no_answer() -> None:
    assert refused(both_say(DOUBTFUL, LINE, "good"), LINE, "good", "cem") == "gone"


def test_what_each_says_alone_is_not_said_together_and_the_other_way_round() -> None:
    assert refused(DOUBTFUL, LINE, "good", "ann\nben", joint=True) == "alone"
    assert refused(JOINT, LINE, "good", "ben") == "joint"
    assert refused(put(SURE), "pages", "take") == "joint"


@pytest.mark.parametrize("accounts", ["ann", "ann\nann", "ann\n", "\n", "ann\nben\ncem", "ann+ben"])
def test_together_are_two(accounts: str) -> None:
    assert refused(JOINT, LINE, "good", accounts, joint=True) == "pair"


@pytest.mark.parametrize(
    ("text", "why"), [("=" + "民" * 501, "too-long"), ("=a\x00b", "control"), ("很好", "unknown")]
)
def test_texts_are_such_as_a_ballot_may_hold(text: str, why: str) -> None:
    assert refused(put(SURE, second("good", "", ink=True)), f"text {COMMENT}", text) == why


# Pictures


def test_a_sheet_names_its_pictures() -> None:
    assert crops_of(put(first("good", "fair", "bad", "-", scan="a"), second("", "", scan="b"))) == {
        "a:c1.de",
        "a:c1.neng",
        "a:c2.de",
        "a:c2.neng",
        "b:t1.all",
        "b:q.problems",
    }


def test_pictures_of_an_equal_page_are_of_no_use() -> None:
    sheet = put(first("?", "fair", "bad", "-", scan="a"))
    assert crops_of(put(first("?", "fair", "bad", "-", scan="b"), sheet=sheet)) == crops_of(sheet)


def test_pictures_that_were_not_kept_are_taken_from_a_later_scan() -> None:
    bare = replace(SURE, crops={})
    assert crops_of(put(bare, SURE)) == set(SURE.crops.values())


def test_a_doubtful_line_needs_the_pictures_of_its_block() -> None:
    assert needed_crops(FORM, SURE) == set()
    assert needed_crops(FORM, first("good", "?", "bad", "-")) == {"c1.de", "c1.neng"}
    assert needed_crops(FORM, second("good", "?")) == {"q.problems"}


@pytest.mark.parametrize("page", [first("", "", "", ""), first("?", "", "", "")])
def test_a_page_without_a_sure_mark_needs_all_pictures(page: KeptPage) -> None:
    assert needed_crops(FORM, page) == {line.field for line in FIRST}


def test_a_frame_with_ink_needs_its_picture() -> None:
    assert needed_crops(FORM, second("good", "plan", ink=True)) == {COMMENT}


def test_copies_need_pictures_of_what_differs() -> None:
    other = first("bad", "fair", "bad", "?")
    assert needed_crops(FORM, SURE, [other]) == {"c1.de", "c2.neng"}
    assert needed_crops(FORM, other, [SURE]) == {"c1.de", "c2.de", "c2.neng"}


def test_a_trimmed_sheet_names_no_other_pictures() -> None:
    sheet = trimmed(FORM, put(first("good", "?", "bad", "-"), SURE_TOO))
    assert crops_of(sheet) == {"x:c1.de", "x:c1.neng"}
    assert crops_of(trimmed(FORM, WHOLE)) == set()
    copies = trimmed(FORM, put(first("good", "", "", "", scan="a"), first("bad", "", "", "", scan="b")))
    assert crops_of(copies) == {"a:c1.de", "b:c1.de"}


# Whatever is scanned and said, in whatever order


SAID = st.tuples(*[st.sampled_from(["", "?", "good", "fair"])] * len(FIRST))
PAGES = st.lists(SAID.map(lambda said: first(*said)), min_size=1, max_size=6)


def sure(page: KeptPage) -> set[tuple[str, str]]:
    fields = [line.field for line in page.lines]
    return {(name, said) for name, said in zip(fields, values(page), strict=True) if said != "?"}


def marks(page: KeptPage) -> set[tuple[str, str]]:
    return {(name, said) for name, said in sure(page) if said}


@given(PAGES)
def test_no_mark_is_lost_and_nothing_made_up(pages: list[KeptPage]) -> None:
    sheet = put(*pages)
    assert set().union(*map(marks, sheet.pages)) == set().union(*map(marks, pages))
    assert set().union(*map(sure, sheet.pages)) <= set().union(*map(sure, pages))


@given(PAGES)
def test_a_copy_never_changes_what_is_marked(pages: list[KeptPage]) -> None:
    sheet = a_sheet()
    for page in pages:
        after = with_page(sheet, page)
        assert len(after.pages) - len(sheet.pages) in (0, 1)
        assert all(marks(old) <= marks(new) for old, new in zip(sheet.pages, after.pages, strict=False))
        sheet = after


@given(PAGES)
def test_scanning_everything_again_changes_nothing(pages: list[KeptPage]) -> None:
    sheet = put(*pages)
    assert put(pages[-1], sheet=sheet) == sheet
    assert read(put(*sheet.pages, sheet=sheet)) == read(sheet)


TRUTH = st.tuples(
    *[st.sampled_from(["", *GRADES])] * (len(FIRST) + 1),
    st.sets(st.sampled_from(OPTIONS)).map(lambda chosen: " ".join(sorted(chosen, key=OPTIONS.index))),
)
LINES = [line.field for line in (*FIRST, *SECOND)]


@given(
    st.permutations(range(4)),
    st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=4, max_size=4),
)
def test_scans_of_one_page_make_one_page_in_any_order(order: Sequence[int], clear: list[list[bool]]) -> None:
    truth = ["good", "", "bad", "-"]
    scans = [first(*(said if seen else "?" for said, seen in zip(truth, row, strict=True))) for row in clear]
    (page,) = put(*(scans[at] for at in order)).pages
    # A mark that one scan shows is there; that nothing is there all of them must show.
    columns = zip(truth, zip(*clear, strict=True), strict=True)
    seen = [any(column) if said else all(column) for said, column in columns]
    assert values(page) == [said if one else "?" for said, one in zip(truth, seen, strict=True)]


@settings(deadline=None)
@given(TRUTH, st.data())
def test_whatever_is_doubtful_or_pale_people_who_see_the_truth_find_it(
    truth: tuple[str, ...], data: st.DataObject
) -> None:
    """Scans leave doubts, or show a page as blank; scans and answers come in any order."""
    right = dict(zip(LINES, truth, strict=True))
    sheet = a_sheet()
    for _step in range(60):
        items = open_items(FORM, sheet, RULES)
        if not items and len(sheet.pages) > 1:
            break
        if not sheet.pages or data.draw(st.integers(0, 3), label="scan") == 0:
            sheet = with_page(sheet, data.draw(scans(truth), label="page"))
        elif items:
            sheet = honest(sheet, data.draw(st.sampled_from(items), label="item"), right, data)
    else:
        sheet = finished(sheet, right, data)
    said = settle(FORM, sheet, RULES)
    assert said.refusal is None
    assert not said.spoiled
    there = {
        line.field for page in FORM.pages for line in page.lines if page.page in {p.page for p in sheet.pages}
    }
    assert {name: " ".join(found) for name, found in said.values.items()} == {
        name: mark if name in there else "" for name, mark in right.items()
    }


def scans(truth: tuple[str, ...]) -> st.SearchStrategy[KeptPage]:
    """Draw scans of either page: with doubts, or pale, so that nothing is found."""
    pages = [(1, truth[: len(FIRST)]), (2, truth[len(FIRST) :])]

    def scan(page: tuple[int, tuple[str, ...]]) -> st.SearchStrategy[KeptPage]:
        number, said = page
        clear = st.tuples(*(st.sampled_from([one, one, "?"]) for one in said))
        return st.one_of(clear, clear, st.just([""] * len(said))).map(lambda lines: a_page(number, *lines))

    return st.sampled_from(pages).flatmap(scan)


def honest(sheet: KeptSheet, item: PaperItem, right: dict[str, str], data: st.DataObject) -> KeptSheet:
    """Answer as somebody who sees the sheet, or is unsure; two at one screen see it."""
    said = truly(sheet, item, right)
    if item.joint:
        return say(sheet, item.key, both=said)
    account = data.draw(st.sampled_from(sorted({"ann", "ben", "cem"} - item.answered)), label="account")
    unsure = data.draw(st.integers(0, 4), label="unsure") == 0
    return say(sheet, item.key, **{account: "unsure" if unsure else said})


def truly(sheet: KeptSheet, item: PaperItem, right: dict[str, str]) -> str:
    match item.kind:
        case ItemKind.LINE:
            return right[item.fields[0]] or "blank"
        case ItemKind.EMPTY:
            return "marked" if any(right[name] for name in item.fields) else "blank"
        case ItemKind.COPIES:
            shown = [marks(page) for page in sheet.pages if page.page == item.page]
            # Nothing is read wrongly here, only too little: the copy with most marks is the sheet itself.
            assert all(said == right[name] for found in shown for name, said in found)
            return f"copy {1 + max(range(len(shown)), key=lambda at: len(shown[at]))}"
        case _:
            return "take"


def finished(sheet: KeptSheet, right: dict[str, str], data: st.DataObject) -> KeptSheet:
    while items := open_items(FORM, sheet, RULES):
        sheet = honest(sheet, items[0], right, data)
    return sheet
