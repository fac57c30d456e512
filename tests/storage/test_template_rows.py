"""Word templates as rows: one for each unit and kind."""

from dataclasses import replace

from sqlalchemy.orm import Session

from survey.storage.template_rows import WordTemplate, drop_template, find_template, put_template

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
