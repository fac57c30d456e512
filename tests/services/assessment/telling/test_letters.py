"""Letters: drafted from the record, sent, read, acknowledged; once each, and nothing of another's."""

import pytest
from flask import Flask

from survey.documents.assessment.papers.papers import PaperKind, write
from survey.domain.assessment.examining.analysis import read_analysis
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, UnknownYearRecord, WrongStage
from survey.services.assessment.assessments import locked_assessment
from survey.services.assessment.examining.year_records import put_on_record, records_of
from survey.services.assessment.telling import letters
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.read_back import words_in
from tests.services.assessment.examining.year_at_end import ANALYSIS
from tests.services.assessment.scored_year import YEAR, came_since, decide, score, signed

from .told_year import LETTER, close, decided, send, typed_letter, year


def state(unit: str = "t1") -> letters.LetterState:
    with transaction() as session:
        return letters.state_of(session, year(), unit)


def paper(*units: str) -> str:
    with transaction() as session:
        found = letters.letters_paper(session, YEAR, units)
    return words_in("docx", write(PaperKind.FEEDBACK, "docx", found.material))


def count(kind: YearRecordKind) -> int:
    with transaction() as session:
        return len(records_of(session, year(), kind))


def test_a_letter_begins_as_what_is_on_record(each_app: Flask) -> None:
    decided()
    for unit, advice, submitted in (
        ("t1", "加强统计力量", True),
        ("t1", "还没有写完", False),
        ("t2", "草稿", False),
    ):
        typed = ANALYSIS | {"to_do": advice}
        with transaction(write=True) as session:
            held = locked_assessment(session, YEAR)
            content = read_analysis(held.definition, typed, submitted=submitted)
            put_on_record(session, held, YearRecordKind.ANALYSIS, unit, content, BY)
    with transaction() as session:
        found = letters.proposal(session, year(), "t1")
        other = letters.proposal(session, year(), "t2")
    assert "加强统计力量" in found.asked
    assert "还没有写完" not in found.asked
    assert "草稿" not in other.asked
    assert found.good


def test_a_draft_is_the_offices_until_it_is_sent(each_app: Flask) -> None:
    decided()
    with transaction(write=True) as session:
        drafted = letters.save_draft(session, YEAR, "t1", typed_letter(), BY)
    assert state().sent is None
    with pytest.raises(UnknownYearRecord):
        paper("t1")
    sent = send("t1", drafted.number)
    found = state()
    assert (found.draft, found.sent, found.receipt) == (None, sent, None)
    said = paper("t1")
    for text in (LETTER["good"], LETTER["mend"], LETTER["asked"], "2027年3月31日", "第1位", "良好"):
        assert text in said, text
    assert "92.88" not in said  # the office did not allow the total


def test_sent_twice_it_is_sent_once_and_another_text_takes_its_place(each_app: Flask) -> None:
    decided()
    first = send("t1")
    assert send("t1") == first
    with pytest.raises(ChangedMeanwhile):
        send("t1", good="别人没有看到的")
    second = send("t1", first.number, good="改过的成绩")
    assert count(YearRecordKind.LETTER) == 2
    assert state().sent == second
    assert "改过的成绩" in paper("t1")


def test_who_receives_it_is_named_once(each_app: Flask) -> None:
    decided()
    sent = send("t1")
    with transaction(write=True) as session:
        first = letters.acknowledge(session, YEAR, "t1", sent.number, BY)
    with transaction(write=True) as session:
        assert letters.acknowledge(session, YEAR, "t1", sent.number, BY) == first
    assert state().receipt == first
    with pytest.raises(UnknownYearRecord), transaction(write=True) as session:
        letters.acknowledge(session, YEAR, "t2", sent.number, BY)
    again = send("t1", sent.number, good="改过的成绩")
    assert state().receipt is None  # the one that was acknowledged is another
    with pytest.raises(ChangedMeanwhile), transaction(write=True) as session:
        letters.acknowledge(session, YEAR, "t1", sent.number, BY)
    assert again.number > first.number


def test_after_the_close_a_letter_is_received_and_none_is_sent(each_app: Flask) -> None:
    decided()
    sent = send("t1")
    close()
    with transaction(write=True) as session:
        letters.acknowledge(session, YEAR, "t1", sent.number, BY)
    assert state().receipt
    with pytest.raises(WrongStage):
        send("t1", seen=sent.number, good="另一份")
    with pytest.raises(WrongStage):
        send("t2")
    assert count(YearRecordKind.LETTER) == 1


def test_faults_are_told_at_once(each_app: Flask) -> None:
    decided()
    with pytest.raises(BadYearRecord) as refused:
        send("t1", good=" ", mend="长" * 3001, asked="\u202e倒", mend_by="2025-01-01")
    assert refused.value.faults == {
        "good": "missing",
        "mend": "too-long",
        "asked": "control",
        "mend_by": "too-early",
    }
    assert count(YearRecordKind.LETTER) == 0


def test_nothing_is_told_before_all_is_decided(each_app: Flask) -> None:
    signed()
    decide("t1")
    with pytest.raises(WrongStage):
        send("t1")


def test_what_is_decided_or_scored_later_changes_no_letter_that_was_sent(each_app: Flask) -> None:
    decided()
    send("t1")
    decide("t1", "fair")
    assert "良好" in paper("t1")
    came_since()
    score("更正")
    said = paper("t1")
    assert "良好" in said
    assert "第1位" in said


def test_a_letter_holds_one_unit_alone_and_all_stand_in_one_file(each_app: Flask) -> None:
    decided()
    send("t1", good="一号的成绩")
    send("t2", good="二号的成绩")
    assert "二号的成绩" not in paper("t1")
    both = paper("t1", "t2", "t3")
    assert "一号的成绩" in both
    assert "二号的成绩" in both
