"""Pages of a sheet come together without a changed answer."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.paper.answering import answered
from survey.domain.paper.answers import as_typed
from survey.domain.paper.decide import open_items, settle
from survey.domain.paper.fate import ItemKind, PaperItem, SheetState
from survey.domain.paper.pages import counted_pages, crops_of, needed_crops, trimmed, with_page
from survey.domain.paper.reading import Doubt
from survey.domain.paper.record import (
    KeptPage,
    KeptSheet,
    PaperAnswer,
    SheetRefusal,
    sheet_of_json,
)
from survey.domain.paper.sheet import AreaKind, PaperArea, PaperForm, PaperPage

from .paper_sheets import (
    COMMENT,
    DOUBTFUL,
    FIRST,
    FORM,
    GRADES,
    OPTIONS,
    RULES,
    SECOND,
    SURE,
    SURE_TOO,
    TYPED,
    WHOLE,
    a_page,
    a_sheet,
    both_say,
    first,
    keys_of,
    put,
    read,
    say,
    second,
    state,
    values,
)

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


NAMES = ("list.write_in.1", "list.write_in.2")
REASON = "c1.de.reason"
VOTING = PaperForm(
    "A",
    "7K3M9X",
    (
        PaperPage(
            1,
            210,
            297,
            263,
            FIRST,
            (
                *(PaperArea(name, 10, 200, 90, 10, AreaKind.NAME) for name in NAMES),
                PaperArea(REASON, 10, 220, 90, 12, AreaKind.REASON),
            ),
        ),
    ),
)


def inked(scan: str, *fields: str) -> KeptPage:
    """Return a scan of a page with ink in some frames, each with a picture."""
    areas = {name: name in fields for name in (*NAMES, REASON)}
    return replace(SURE, areas=areas, crops={name: f"{scan}:{name}" for name in fields})


def scanned(*pages: KeptPage, sheet: KeptSheet | None = None) -> KeptSheet:
    sheet = sheet or a_sheet()
    for page in pages:
        sheet = with_page(VOTING, sheet, page)
    return sheet


@pytest.mark.parametrize(
    ("one", "other"),
    [((), NAMES[:1]), (NAMES[:1], ()), (NAMES[:1], NAMES[1:]), (NAMES[:1], NAMES), ((), (REASON,))],
)
def test_a_name_or_reason_that_one_scan_has_makes_a_copy(one: Sequence[str], other: Sequence[str]) -> None:
    sheet = scanned(inked("x", *one), inked("y", *other))
    assert len(sheet.pages) == 2
    [item] = open_items(VOTING, sheet, TYPED)
    assert (item.kind, item.joint) == (ItemKind.COPIES, True)
    assert set(item.fields) == set(one) ^ set(other)
    # Scanned again, each is the copy that it was.
    assert len(scanned(inked("z", *one), inked("z", *other), sheet=sheet).pages) == 2


def test_of_names_that_were_scanned_again_several_pictures_are_kept() -> None:
    name = NAMES[0]
    sheet = scanned(*(inked(scan, name) for scan in "xyxzw"))
    [page] = sheet.pages
    assert page.crops_of(name) == (f"x:{name}", f"y:{name}", f"z:{name}")
    assert crops_of(trimmed(VOTING, sheet)) == {f"x:{name}", f"y:{name}", f"z:{name}"}
    assert sheet_of_json(json.loads(json.dumps(sheet.as_json()))) == sheet
    # The same file once more changes nothing.
    assert scanned(inked("y", name), sheet=sheet) == sheet


def test_of_copies_the_one_that_was_chosen_counts() -> None:
    one, other = inked("x", NAMES[0]), inked("y", NAMES[1])
    sheet = scanned(one, other)
    assert counted_pages(sheet) == (one, other)
    chosen = answered(VOTING, sheet, TYPED, PaperAnswer("copies 1", "ann\nben", "copy 2", True))
    assert counted_pages(chosen) == (other,)


def test_a_sheet_that_waited_before_pictures_were_kept_twice_is_read() -> None:
    kept = json.loads(json.dumps(scanned(inked("x", NAMES[0])).as_json()))
    del kept["pages"][0]["later_crops"]
    assert sheet_of_json(kept) == scanned(inked("x", NAMES[0]))


def test_a_scan_without_the_stroke_that_people_found_to_be_no_name_is_no_copy() -> None:
    sheet = scanned(inked("x", NAMES[0]))
    for account in ("ann", "ben"):
        said = PaperAnswer(f"text {NAMES[0]}", account, as_typed(""))
        sheet = answered(VOTING, sheet, TYPED, said)
    assert len(scanned(inked("y"), sheet=sheet).pages) == 1


def test_a_frame_that_no_form_has_is_no_vote() -> None:
    odd = replace(SURE, areas={"list.write_in.9": True})
    assert len(scanned(odd, replace(SURE, areas={"list.write_in.9": False})).pages) == 1


def test_a_page_without_lines_counts_once() -> None:
    assert len(put(SURE, a_page(3), a_page(3)).pages) == 2


def test_a_refused_sheet_takes_no_page() -> None:
    refused = replace(a_sheet(), refusal=SheetRefusal.VOIDED)
    assert with_page(FORM, refused, SURE) == refused


# Answers of people outlast scans


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
        after = with_page(FORM, sheet, page)
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
            sheet = with_page(FORM, sheet, data.draw(scans(truth), label="page"))
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
