"""Files of reports as rows: one for each ratee, and those that wait in the order in which they came."""

from dataclasses import replace

from sqlalchemy.orm import Session

from survey.domain.definition.canonical import digest_of_text
from survey.storage import statement_rows as rows
from survey.storage.statement_rows import StatementFile, StatementUpload

ONE = StatementFile("c1", "张三", "a.pdf", 2, 4, "sha256:f", digest_of_text("字"), 5)
WAITS = StatementUpload(0, "b.pdf", "字", b"%PDF", 1, 0, 0, "")


def test_a_file_takes_the_place_of_the_one_before(session: Session) -> None:
    rows.put_file(session, "x", ONE, b"%PDF", "字")
    rows.put_file(session, "y", ONE, b"other", "")
    rows.put_file(session, "x", replace(ONE, name="n.pdf"), b"new", "新")
    assert rows.files_of(session, "x") == [replace(ONE, name="n.pdf")] == rows.listed(session, "x")
    assert rows.content_of(session, "x", "c1") == b"new" == rows.read_content(session, "x", "c1")
    assert rows.texts_of(session, "x") == {"c1": "新"}
    assert rows.read_text(session, "x", "c1") == "新"
    assert rows.read_text(session, "x", "c2") is rows.read_content(session, "x", "c2") is None
    assert rows.drop_file(session, "x", "c1")
    assert not rows.drop_file(session, "x", "c1")
    assert rows.content_of(session, "y", "c1") == b"other"


def test_a_scanned_file_has_no_text() -> None:
    assert ONE.has_text
    assert not replace(ONE, text_digest=digest_of_text("")).has_text


def test_keys_may_be_changed_for_each_other(session: Session) -> None:
    for key in ("c1", "c2", "c3"):
        rows.put_file(session, "x", replace(ONE, ratee=key), key.encode(), "")
    rows.rename_files(session, "x", {"c1": "c2", "c2": "c1"})
    held = {key: rows.content_of(session, "x", key) for key in ("c1", "c2", "c3")}
    assert held == {"c1": b"c2", "c2": b"c1", "c3": b"c3"}


def test_files_are_copied_whole(session: Session) -> None:
    rows.put_file(session, "x", ONE, b"%PDF", "字")
    rows.copy_files(session, "x", "y")
    assert rows.files_of(session, "y") == [ONE]
    assert rows.read_content(session, "y", "c1") == b"%PDF"


def test_what_waits_is_numbered_and_counted(session: Session) -> None:
    rows.add_uploads(session, "x", [WAITS, replace(WAITS, name="c.docx", content=b"")])
    rows.add_uploads(session, "x", [WAITS])
    held = rows.uploads_of(session, "x")
    assert [one.name for one in held] == ["b.pdf", "c.docx", "b.pdf"]
    assert [one.number - held[0].number for one in held] == [0, 1, 2]
    rows.drop_uploads(session, "x")
    rows.add_uploads(session, "x", [WAITS, WAITS, WAITS])
    assert {one.number for one in held}.isdisjoint(one.number for one in rows.uploads_of(session, "x"))
    rows.put_file(session, "x", ONE, b"%PDF", "字")
    assert (rows.number_of_uploads(session, "x"), rows.bytes_of(session, "x")) == (3, 16)
    rows.drop_all(session, "x")
    assert (rows.number_of_uploads(session, "x"), rows.bytes_of(session, "x")) == (0, 0)
