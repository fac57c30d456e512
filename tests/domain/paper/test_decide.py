"""People decide what is open, and a sheet says nothing before its time."""

import json
from dataclasses import replace

import pytest

from survey.domain.paper.answering import answers_to
from survey.domain.paper.answers import as_typed
from survey.domain.paper.decide import missing_pages, open_items, settle, state_of
from survey.domain.paper.fate import ItemKind, PaperItem, SheetState
from survey.domain.paper.pages import with_unread
from survey.domain.paper.reading import PageFault
from survey.domain.paper.record import (
    KeptPage,
    KeptSheet,
    SheetRefusal,
    UnreadPage,
    sheet_of_json,
)

from .paper_sheets import (
    COMMENT,
    DOUBTFUL,
    FIRST,
    FORM,
    LINE,
    ONE_PAGE,
    RULES,
    SECOND,
    SURE,
    SURE_TOO,
    TYPED,
    WHOLE,
    a_line,
    a_page,
    a_sheet,
    both_say,
    first,
    item_of,
    keys_of,
    put,
    refused,
    say,
    second,
    state,
)

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
