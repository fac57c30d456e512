"""A statement “三加一”: four parts in their limits, drafts beyond them, and where it stands."""

from datetime import UTC, datetime

import pytest

from survey.domain.assessment.examining.statement import (
    PARTS,
    StatementState,
    UnitStatement,
    read_statement,
    standing_statement,
)
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.errors import BadYearRecord

WHOLE = {f"{part}_{what}": f"{part} {what}" for part in PARTS for what in ("heading", "text")}
AT = datetime(2026, 12, 1, tzinfo=UTC)


def record(number: int, **content: object) -> YearRecord:
    kind = YearRecordKind.STATEMENT_RETURNED if "reason" in content else YearRecordKind.STATEMENT
    return YearRecord(number, kind, "t1", content, "填报人", AT)


def written(number: int, *, handed_in: bool, **changes: str) -> YearRecord:
    return record(number, **read_statement(WHOLE | changes, handed_in=handed_in))


@pytest.mark.parametrize("name", WHOLE)
def test_each_empty_part_is_named(name: str) -> None:
    with pytest.raises(BadYearRecord) as refused:
        read_statement(WHOLE | {name: "  "}, handed_in=True)
    assert refused.value.faults == {name: "missing"}


def test_limits_hold_to_the_character() -> None:
    longest = {"first_heading": "字" * 30, "first_text": "字" * 300}
    assert read_statement(WHOLE | longest, handed_in=True)["parts"][0]["text"] == "字" * 300
    longer = {name: text + "多" for name, text in longest.items()}
    with pytest.raises(BadYearRecord) as refused:
        read_statement(WHOLE | longer, handed_in=True)
    assert refused.value.faults == {"first_heading": "too-long", "first_text": "too-long"}
    assert read_statement(longer, handed_in=False)["parts"][0]["heading"] == "字" * 30 + "多"


def test_nothing_at_all_is_eight_faults_and_a_draft() -> None:
    with pytest.raises(BadYearRecord) as refused:
        read_statement({}, handed_in=True)
    assert refused.value.faults == dict.fromkeys(WHOLE, "missing")
    assert not read_statement({}, handed_in=False)["handed_in"]


def test_where_it_stands_step_by_step() -> None:
    draft, given = written(3, handed_in=False), written(5, handed_in=True, first_text="甲")
    returned, mended = record(6, statement=5, reason="数字不对"), written(7, handed_in=False, first_text="乙")
    again = written(9, handed_in=True, first_text="丙")
    steps = [draft, given, returned, mended, again]
    found = [standing_statement("t1", steps[:place]) for place in range(6)]
    assert [one.state for one in found] == [
        StatementState.NONE,
        StatementState.DRAFT,
        StatementState.HANDED_IN,
        StatementState.RETURNED,
        StatementState.DRAFT,
        StatementState.HANDED_IN,
    ]
    assert [one.number for one in found] == [0, 3, 5, 6, 7, 9]
    assert [one.reason for one in found] == ["", "", "", "数字不对", "数字不对", ""]
    assert [one.written[0].text for one in found] == ["", "first text", "甲", "甲", "乙", "丙"]
    assert [one.parts[0].text if one.parts else "" for one in found] == ["", "", "甲", "甲", "甲", "丙"]
    assert [bool(one.ballot_text) for one in found] == [False, False, True, False, False, True]


def test_on_a_ballot_each_part_is_a_paragraph_of_its_own() -> None:
    assert standing_statement("t1", [written(1, handed_in=True)]).ballot_text == (
        "成效一：first heading\nfirst text\n\n成效二：second heading\nsecond text\n\n"
        "成效三：third heading\nthird text\n\n不足：lacking heading\nlacking text"
    )
    assert UnitStatement("t1").ballot_text == ""
