"""Drafts as rows: numbers and times as they were written, and the second of two who save is told."""

from decimal import Decimal

from sqlalchemy.orm import Session

from survey.storage import draft_rows as rows
from survey.storage.draft_rows import Draft, read_document
from tests.domain.editing import full

from .stored import AT, HOUR


def test_a_document_comes_back_with_its_numbers_and_times(session: Session) -> None:
    rows.add_draft(session, "full-2026", "甲局", full(), AT)
    found = rows.find_draft(session, "full-2026")
    assert found == Draft("full-2026", "甲局", full(), 1, AT)
    assert str(found.document["campaign"]["opens_at"]) == str(full()["campaign"]["opens_at"])
    assert rows.find_draft(session, "nowhere") is None


def test_what_was_changed_last_comes_first(session: Session) -> None:
    for at, code in enumerate(("b", "c", "a")):
        rows.add_draft(session, code, "", {}, AT + at // 2 * HOUR)
    assert [draft.code for draft in rows.list_drafts(session)] == ["a", "b", "c"]


def test_a_save_needs_the_version_that_was_read(session: Session) -> None:
    rows.add_draft(session, "small", "", {"campaign": {}}, AT)
    assert rows.change_draft(session, "small", {"format": 1}, AT + HOUR, version=1)
    assert not rows.change_draft(session, "small", {"format": 2}, AT + HOUR, version=1)
    session.expire_all()
    assert rows.find_draft(session, "small") == Draft("small", "", {"format": 1}, 2, AT + HOUR)


def test_whoever_names_no_version_saves_whatever_there_is(session: Session) -> None:
    assert not rows.change_draft(session, "small", {}, AT)
    rows.add_draft(session, "small", "", {}, AT)
    assert rows.change_draft(session, "small", {"format": 1}, AT)
    assert rows.change_draft(session, "small", {"format": 2}, AT)
    session.expire_all()
    found = rows.find_draft(session, "small")
    assert found is not None
    assert found.version == 3


def test_a_draft_is_forgotten_and_no_other(session: Session) -> None:
    rows.add_draft(session, "small", "", {}, AT)
    rows.add_draft(session, "other", "", {}, AT)
    rows.drop_draft(session, "small")
    assert [draft.code for draft in rows.list_drafts(session)] == ["other"]


def test_what_is_no_moment_stays_as_it_was_typed() -> None:
    text = '{"campaign": {"opens_at": "tomorrow", "closes_at": 7}, "groups": [{"weight": 0.10}]}'
    document = read_document(text)
    assert document["campaign"] == {"opens_at": "tomorrow", "closes_at": 7}
    assert document["groups"][0]["weight"] == Decimal("0.10")
    assert str(document["groups"][0]["weight"]) == "0.10"
    assert read_document("{}") == {}
