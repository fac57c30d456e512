"""Notes of leaders and comments of leads on record."""

import pytest

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.errors import BadYearRecord, UnknownPeriod, UnknownYearRecord, WrongStage
from survey.services.assessment import assessments
from survey.services.assessment.examining import leader_notes
from survey.services.assessment.examining.leader_notes import MAX_REMARK
from survey.services.audit import audit
from survey.storage.database import transaction
from tests.builders import BY

from .scored_sheets import CODE, sheets_year

NOTE, COMMENT = YearRecordKind.LEADER_NOTE, YearRecordKind.LEAD_COMMENT


def put(kind: YearRecordKind, about: str, text: str, account: int = 1) -> int:
    with transaction(write=True) as session:
        return leader_notes.put_remark(session, CODE, kind, about, text, account, BY).number


def texts(kind: YearRecordKind, of: int | None = None) -> list[str]:
    with transaction() as session:
        return [one.content["text"] for one in leader_notes.remarks(session, CODE, kind, of=of)]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("kind", "about"), [(NOTE, "t1"), (NOTE, "t1/output"), (COMMENT, "2026-01/t1/output")]
)
def test_a_remark_is_on_record_once_and_its_text_not_in_the_log(kind: YearRecordKind, about: str) -> None:
    sheets_year()
    assert put(kind, about, "  抓紧<script>\x07 ") == put(kind, about, "抓紧<script>")
    assert put(kind, about, "抓紧<script>", account=2) == 2
    assert texts(kind) == ["抓紧<script>"] * 2
    assert texts(kind, of=1) == ["抓紧<script>"]
    with transaction() as session:
        logged = str([facts for _, facts in audit.history(session, assessments.logged_as(CODE))])
    assert "抓紧" not in logged


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("text", "why"), [("", "missing"), (" \x00\n", "missing"), ("长" * (MAX_REMARK + 1), "too-long")]
)
def test_what_is_no_remark(text: str, why: str) -> None:
    sheets_year()
    with pytest.raises(BadYearRecord) as refused:
        put(NOTE, "t1", text)
    assert refused.value.faults == {"text": why}
    assert texts(NOTE) == []


@pytest.mark.usefixtures("app")
def test_what_there_is_none_of() -> None:
    sheets_year()
    for kind, about in (
        (NOTE, "t9"),
        (NOTE, "t1/none"),
        (COMMENT, "2026-01/t9/output"),
        (COMMENT, "2026-01/t1"),
    ):
        with pytest.raises(UnknownYearRecord):
            put(kind, about, "x")
    with pytest.raises(UnknownPeriod):
        put(COMMENT, "2027-01/t1/output", "x")


@pytest.mark.usefixtures("app")
def test_too_late() -> None:
    sheets_year(Stage.CLOSED)
    with pytest.raises(WrongStage):
        put(NOTE, "t1", "x")


@pytest.mark.usefixtures("app")
def test_of_each_lead_the_last_comment_is_shown_beside_the_number() -> None:
    sheets_year()
    about = "2026-01/t1/output"
    for text, account in (("甲一", 1), ("乙", 2), ("甲二", 1)):
        put(COMMENT, about, text, account)
    with transaction() as session:
        found = leader_notes.comments_by_number(session, CODE)
    assert {key: [one.content["text"] for one in some] for key, some in found.items()} == {
        ("2026-01", "t1", "output"): ["甲二", "乙"]
    }
