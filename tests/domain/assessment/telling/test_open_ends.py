"""What is open when a year is closed, by name, whatever else the records of other pages hold."""

from datetime import UTC, datetime
from typing import Any

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.telling.open_ends import OpenEnd, OpenEndKind, open_ends

UNITS = ("t1", "t2")
AT = datetime(2026, 12, 1, tzinfo=UTC)
Said = tuple[YearRecordKind, str] | tuple[YearRecordKind, str, dict[str, Any]]


def ends(*said: Said, published: bool = True) -> dict[OpenEndKind, tuple[tuple[str, ...], ...]]:
    records = [
        YearRecord(number, one[0], one[1], one[2] if len(one) > 2 else {}, "某人", AT)
        for number, one in enumerate(said, 1)
    ]
    return {one.kind: one.names for one in open_ends(UNITS, records, published=published)}


def test_of_an_empty_year_all_is_open() -> None:
    everybody = (("t1",), ("t2",))
    assert ends(published=False) == {
        OpenEndKind.CONFERENCE: (),
        OpenEndKind.TALKS: everybody,
        OpenEndKind.ANALYSES: everybody,
        OpenEndKind.STATEMENTS: everybody,
        OpenEndKind.PUBLICATION: (),
        OpenEndKind.LETTERS: everybody,
    }


def test_what_is_there_is_not_open() -> None:
    kinds = (YearRecordKind.TALK, YearRecordKind.STATEMENT, YearRecordKind.LETTER, YearRecordKind.ANALYSIS)
    said: list[Said] = [(kind, unit, {"submitted": True}) for kind in kinds for unit in UNITS]
    assert ends((YearRecordKind.CONFERENCE, "year"), *said) == {}


def test_a_conference_that_is_void_was_not_held() -> None:
    held = (YearRecordKind.CONFERENCE, "1", {"void": ""})
    void = (YearRecordKind.CONFERENCE, "1", {"void": "记错了"})
    assert OpenEndKind.CONFERENCE not in ends(held)
    assert OpenEndKind.CONFERENCE in ends(held, void)


def test_a_statement_that_is_a_draft_is_missing() -> None:
    draft = (YearRecordKind.STATEMENT, "t1", {"handed_in": False})
    assert ("t1",) in ends(draft)[OpenEndKind.STATEMENTS]
    assert ("t1",) not in ends(draft, (YearRecordKind.STATEMENT, "t1", {"handed_in": True}))[
        OpenEndKind.STATEMENTS
    ]


def test_letters_and_statements_are_of_a_unit_also_with_further_keys() -> None:
    found = ends((YearRecordKind.LETTER, "t1"), (YearRecordKind.STATEMENT, "t2/main"))
    assert found[OpenEndKind.LETTERS] == (("t2",),)
    assert found[OpenEndKind.STATEMENTS] == (("t1",),)


def test_a_returned_statement_is_missing_until_it_is_handed_in_anew() -> None:
    back = [(YearRecordKind.STATEMENT, "t1"), (YearRecordKind.STATEMENT_RETURNED, "t1")]
    assert ("t1",) in ends(*back)[OpenEndKind.STATEMENTS]
    assert ("t1",) not in ends(*back, (YearRecordKind.STATEMENT, "t1"))[OpenEndKind.STATEMENTS]


def test_a_task_is_open_until_its_last_ruling_settles_it() -> None:
    tasks = [
        (YearRecordKind.MENDING, "t1/1"),
        (YearRecordKind.MENDING, "t1/2"),
        (YearRecordKind.MENDING, "t2/1"),
    ]
    rulings: list[Said] = [
        (YearRecordKind.MENDING_RULING, "t1/1", {"closed": True}),
        (YearRecordKind.MENDING_RULING, "t1/2", {"closed": True}),
        (YearRecordKind.MENDING_RULING, "t1/2", {"closed": False}),
        (YearRecordKind.MENDING_RULING, "t2/1", {"other": "said"}),
    ]
    assert ends(*tasks, *rulings)[OpenEndKind.TASKS] == (("t1", "2"), ("t2", "1"))


def test_a_sheet_is_open_until_it_was_opened_alone_or_with_all_of_its_kind() -> None:
    sheets = [
        (YearRecordKind.SHEET, "leaders/7"),
        (YearRecordKind.SHEET, "leaders/8"),
        (YearRecordKind.SHEET, "fin/7"),
    ]
    assert ends(*sheets, (YearRecordKind.SHEET_OPENED, "leaders"))[OpenEndKind.SHEETS] == (("fin", "7"),)
    back: Said = (YearRecordKind.SHEET_RETURNED, "fin/7")
    assert ends(*sheets, back)[OpenEndKind.SHEETS] == (("leaders", "7"), ("leaders", "8"))
    assert ends(*sheets, (YearRecordKind.SHEET_OPENED, "leaders/7"))[OpenEndKind.SHEETS] == (
        ("leaders", "8"),
        ("fin", "7"),
    )


def test_an_analysis_is_missing_until_it_was_submitted() -> None:
    submitted: Said = (YearRecordKind.ANALYSIS, "t1", {"submitted": True})
    draft: Said = (YearRecordKind.ANALYSIS, "t1", {"submitted": False})
    assert ends(draft)[OpenEndKind.ANALYSES] == (("t1",), ("t2",))
    assert ends(submitted, draft)[OpenEndKind.ANALYSES] == (("t2",),)


def test_a_visit_is_open_from_its_finding_to_its_ruling() -> None:
    about = "2026-12/t1/output"
    planned = {"group": "组", "sample": "", "asked_by": "", "day": "2026-12-01", "days": 5}
    finding = {"found": "1", "reported": "", "why": "x", "persons": "", "by": "组", "at": AT.isoformat()}
    plan: Said = (YearRecordKind.VISIT_PLAN, about, planned)
    found: Said = (YearRecordKind.VISIT, about, finding | {"answer_by": ""})
    sent: Said = (YearRecordKind.VISIT, about, finding | {"answer_by": "2026-12-06"})
    ruled: Said = (YearRecordKind.VISIT_RULING, about, {"stands": True, "reason": "查实"})
    assert OpenEndKind.VISITS not in ends(plan)
    for said in ([plan, found], [plan, found, sent]):
        assert ends(*said)[OpenEndKind.VISITS] == (("t1", "output"),)
    assert OpenEndKind.VISITS not in ends(plan, sent, ruled)


def test_one_is_told_with_its_kind() -> None:
    assert OpenEnd(OpenEndKind.CONFERENCE) in list(open_ends(UNITS, [], published=True))
