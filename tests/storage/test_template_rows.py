"""Word templates as rows, one for each unit and kind; columns of rosters, for each unit and set of heads."""

from dataclasses import replace

from sqlalchemy.orm import Session

from survey.storage.template_rows import (
    WordTemplate,
    drop_template,
    find_columns,
    find_template,
    put_columns,
    put_template,
)

from .stored import AT, HOUR

ONE = WordTemplate("甲局", "report", "报告.docx", b"PK\x03\x04", "王芳", AT)


def test_a_template_is_its_units_and_its_kinds(session: Session) -> None:
    put_template(session, ONE)
    assert find_template(session, "甲局", "report") == ONE
    assert find_template(session, "甲局", "certificate") is None
    assert find_template(session, "乙局", "report") is None
    assert find_template(session, "", "report") is None


def test_another_takes_its_place(session: Session) -> None:
    put_template(session, ONE)
    other = replace(ONE, name="新.docx", content=b"new", changed_by="李四", changed_at=AT + HOUR)
    put_template(session, other)
    session.expire_all()
    assert find_template(session, "甲局", "report") == other


def test_it_is_taken_back_once(session: Session) -> None:
    put_template(session, ONE)
    put_template(session, replace(ONE, unit="乙局"))
    assert drop_template(session, "甲局", "report")
    assert not drop_template(session, "甲局", "report")
    assert find_template(session, "乙局", "report") is not None


HEADS = b"h" * 32


def test_columns_are_their_units_and_their_heads(session: Session) -> None:
    put_columns(session, "甲局", HEADS, ["姓名", "", "职务"])
    session.expire_all()
    assert find_columns(session, "甲局", HEADS) == ["姓名", "", "职务"]
    assert find_columns(session, "乙局", HEADS) == []
    assert find_columns(session, "甲局", b"i" * 32) == []


def test_another_choice_takes_their_place(session: Session) -> None:
    put_columns(session, "甲局", HEADS, ["姓名"])
    put_columns(session, "甲局", HEADS, ["单位"])
    session.expire_all()
    assert find_columns(session, "甲局", HEADS) == ["单位"]
