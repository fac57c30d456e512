"""What a group types about talks: numbers by kind, without names, and notes."""

import pytest

from survey.domain.assessment.examining.talks import (
    MAX_NOTES,
    MAX_OTHER,
    PERSON_WORDS,
    PersonKind,
    TalkCount,
    count_of,
    read_count,
    read_notes,
)
from survey.domain.errors import BadYearRecord


def faults(**typed: str) -> dict[str, str]:
    with pytest.raises(BadYearRecord) as refused:
        read_count(typed)
    return dict(refused.value.faults)


def test_numbers_by_kind_and_one_kind_of_ones_own() -> None:
    count = read_count(
        {"leaders": " 5 ", "heads": "8", "public": "", "staff": "0", "other": "老干部", "others": "3"}
    )
    assert count == TalkCount({PersonKind.LEADERS: 5, PersonKind.HEADS: 8}, "老干部", 3)
    assert count.total == 16
    assert count.content() == {"persons": {"leaders": 5, "heads": 8}, "other": "老干部", "others": 3}
    assert count_of(count.content()) == count
    sorted_by_key = {"persons": {"heads": 8, "leaders": 5}, "other": "", "others": 0}
    assert list(count_of(sorted_by_key).persons) == [PersonKind.LEADERS, PersonKind.HEADS]


def test_every_kind_has_its_word() -> None:
    assert set(PERSON_WORDS) == set(PersonKind)


@pytest.mark.parametrize("typed", ["-1", "1.5", "五", "12345", "１２", "1e3", "5人"])
def test_what_is_no_number_is_told_at_its_field(typed: str) -> None:
    assert faults(leaders="3", heads=typed) == {"heads": "not-number"}


def test_all_faults_are_told_at_once() -> None:
    assert faults(leaders="x", others="2", other=" ") == {"leaders": "not-number", "other": "missing"}
    assert faults(leaders="2", other="老" * (MAX_OTHER + 1), others="1") == {"other": "too-long"}
    assert faults(leaders="2", other="老干部") == {"others": "missing"}


@pytest.mark.parametrize("typed", [{}, {"leaders": ""}, {"leaders": "0", "others": ""}, {"unknown": "4"}])
def test_nobody_is_no_count(typed: dict[str, str]) -> None:
    assert faults(**typed) == {"leaders": "missing"}


def test_a_kind_is_one_line_without_signs_that_nobody_sees() -> None:
    assert read_count({"other": "老\n干\x00部", "others": "1"}).other == "老 干部"


def test_notes_lose_what_no_database_holds_and_nothing_else() -> None:
    assert read_notes(" 第一行\r\n<script>\t第二行\x00\x1b\n") == "第一行\n<script>\t第二行"
    assert read_notes("长" * MAX_NOTES) == "长" * MAX_NOTES


@pytest.mark.parametrize(
    ("typed", "why"), [("", "missing"), (" \r\n\x00", "missing"), ("长" * 20_001, "too-long")]
)
def test_notes_that_cannot_be(typed: str, why: str) -> None:
    with pytest.raises(BadYearRecord) as refused:
        read_notes(typed)
    assert refused.value.faults == {"notes": why}
