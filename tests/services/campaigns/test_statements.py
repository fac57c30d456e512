"""Files brought in: proposed to their owners, given to whom a person says, all or none."""

import pytest
from flask import Flask

from survey.documents.statements.brought import BroughtStatement
from survey.domain.audit.acts import Act
from survey.domain.errors import BadStatements, ChangedMeanwhile, UnknownStatement
from survey.services.audit.audit import history
from survey.services.campaigns import drafts, statements
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.statements.report_files import pdf
from tests.statement_files import a_pdf, drafted, give


def held() -> statements.StatementsHeld:
    with transaction() as session:
        return statements.held(session, "small")


def document() -> dict[str, object]:
    with transaction() as session:
        return drafts.find(session, "small").document


def test_files_are_looked_through_beside_this_process() -> None:
    brought, faults = statements.look([("甲.pdf", pdf("字")), ("乙.txt", b"text")])
    assert [one.name for one in brought] == ["甲.pdf"]
    assert [one.name for one in faults] == ["乙.txt"]


def test_each_is_proposed_to_its_owner_and_given_when_that_is_said(app: Flask) -> None:
    drafted()
    text = BroughtStatement("干部c2.docx", "新的文字")
    assert give("small", [a_pdf("干部c1.pdf", "新", b"other"), text, a_pdf("谁的.pdf")], "c1", "c2", "") == 2
    assert held().files["c1"].digest != held().files["c2"].digest
    assert held().waiting == []
    assert document()["ratees"][1]["statement"] == "新的文字"  # type: ignore[index]
    with transaction() as session:
        acts = [facts["files"] for entry, facts in history(session, "small") if entry.act == Act.STATEMENTS]
    assert acts[-1] == {"c1": held().files["c1"].digest}


@pytest.mark.parametrize(
    ("owners", "faults"),
    [
        (("c1", "c1", "c2"), ["twice", "twice", None]),
        (("c1", "nobody", "c2"), [None, "unknown", None]),
        (("", "nobody", "c1"), [None, "unknown", None]),
    ],
)
def test_what_does_not_fit_is_all_told_and_nothing_is_stored(
    app: Flask, owners: tuple[str, ...], faults: list[str | None]
) -> None:
    drafted()
    before = held().files, document()
    three = [a_pdf("一.pdf", content=b"1"), a_pdf("二.pdf", content=b"2"), BroughtStatement("三.docx", "三")]
    with pytest.raises(BadStatements) as caught:
        give("small", three, *owners)
    assert (held().files, document()) == before
    assert [caught.value.faults.get(one.number) for one in held().waiting] == faults


def test_a_file_without_a_choice_is_told(app: Flask) -> None:
    drafted()
    with transaction(write=True) as session:
        statements.let_wait(session, "small", [a_pdf("一.pdf")])
    (number,) = (one.number for one in held().waiting)
    for chosen, faults in (({}, {number: "unknown"}), ({number: "c1", number + 1: "c2"}, {})):
        with pytest.raises(BadStatements) as caught, transaction(write=True) as session:
            statements.give(session, "small", chosen, drafts.find(session, "small").version, BY)
        assert caught.value.faults == faults


def test_a_pdf_and_a_text_of_one_ratee_go_together(app: Flask) -> None:
    drafted()
    assert give("small", [a_pdf("干部c3.pdf"), BroughtStatement("干部c3.docx", "文字")]) == 2


def test_somebody_else_s_change_is_not_written_over(app: Flask) -> None:
    drafted()
    with transaction(write=True) as session:
        statements.let_wait(session, "small", [BroughtStatement("干部c1.docx", "文字")])
    chosen = {one.number: "c1" for one in held().waiting}
    with pytest.raises(ChangedMeanwhile), transaction(write=True) as session:
        statements.give(session, "small", chosen, drafts.find(session, "small").version - 1, BY)
    assert len(held().waiting) == 1


def test_whose_a_single_file_is_may_be_said_beforehand(app: Flask) -> None:
    drafted()
    with transaction(write=True) as session:
        statements.let_wait(session, "small", [a_pdf("干部c1.pdf")], "c3")
    assert [one.ratee for one in held().waiting] == ["c3"]
    with transaction(write=True) as session:
        statements.let_wait(session, "small", [a_pdf("干部c1.pdf")], "no such key")
    assert [one.ratee for one in held().waiting] == ["c1"]


def test_there_is_an_end_to_the_room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted()
    monkeypatch.setattr(statements, "MAX_TOTAL", held().taken + 10)
    with pytest.raises(BadStatements) as caught, transaction(write=True) as session:
        statements.let_wait(session, "small", [a_pdf("干部c3.pdf")])
    assert caught.value.too_large
    assert held().waiting == []


def test_a_file_is_taken_away_once(app: Flask) -> None:
    drafted()
    with transaction(write=True) as session:
        assert statements.content(session, "small", "c1").startswith(b"%PDF")
        statements.remove(session, "small", "c1", BY)
    with pytest.raises(UnknownStatement), transaction(write=True) as session:
        statements.remove(session, "small", "c1", BY)
    with pytest.raises(UnknownStatement), transaction() as session:
        statements.content(session, "small", "c1")
