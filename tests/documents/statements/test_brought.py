"""Files brought together: each known by its bytes, a ZIP file opened, all faults at once."""

from types import SimpleNamespace

import pytest

from survey.documents.layout.file_format import FileFormat
from survey.documents.statements import brought as module
from survey.documents.statements.brought import MAX_NAME_LENGTH, read_statements, written_name
from survey.documents.statements.faults import StatementFaultKind

from .report_files import SENTENCE, packed, pdf, word


def test_each_file_is_what_its_bytes_say() -> None:
    found, faults = read_statements([("甲.docx", pdf()), ("乙.pdf", word("报告"))])
    assert faults == []
    assert [(one.name, bool(one.content), one.text, one.pages) for one in found] == [
        ("甲.docx", True, SENTENCE, 1),
        ("乙.pdf", False, "报告", 0),
    ]


def test_all_faults_are_told_at_once() -> None:
    found, faults = read_statements(
        [
            ("空.pdf", b""),
            ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
            ("好.pdf", pdf()),
            ("图.jpg", b"\xff\xd8\xff"),
            ("锁.pdf", pdf(password="x")),
        ]
    )
    assert [one.name for one in found] == ["好.pdf"]
    assert [(one.name, one.kind) for one in faults] == [
        ("空.pdf", StatementFaultKind.EMPTY_FILE),
        ("旧.doc", StatementFaultKind.OTHER_FORMAT),
        ("图.jpg", StatementFaultKind.OTHER_FORMAT),
        ("锁.pdf", StatementFaultKind.PASSWORD),
    ]
    assert faults[1].file_format is FileFormat.OLD_OFFICE


@pytest.mark.parametrize("gbk", [False, True])
def test_a_packed_folder_is_opened(gbk: bool) -> None:
    files = {
        "报告/01-张三.pdf": pdf(),
        "报告/李四.docx": word("报告"),
        "报告/~$李四.docx": b"lock",
        "报告/Thumbs.db": b"x",
    }
    if not gbk:
        files["__MACOSX/报告/._01-张三.pdf"] = b"x"
    found, faults = read_statements([("全部.zip", packed(files, gbk=gbk))])
    assert faults == []
    assert [one.name for one in found] == ["01-张三.pdf", "李四.docx"]


def test_a_packed_folder_that_cannot_be_used() -> None:
    bad = packed({"内.zip": packed({"a.pdf": pdf()}), "乙.txt": b"text"})
    _, faults = read_statements(
        [("外.zip", bad), ("没有.zip", packed({})), ("断.zip", packed({"a": b"b"})[:-9])]
    )
    assert [(one.name, one.kind) for one in faults] == [
        ("内.zip", StatementFaultKind.ZIP_IN_ZIP),
        ("乙.txt", StatementFaultKind.OTHER_FORMAT),
        ("没有.zip", StatementFaultKind.NO_FILES),
        ("断.zip", StatementFaultKind.DAMAGED),
    ]


def test_a_bomb_is_not_unpacked() -> None:
    _, (fault,) = read_statements([("弹.zip", packed({"a.pdf": bytes(65 * 1024 * 1024)}))])
    assert fault.kind is StatementFaultKind.TOO_LARGE


def test_no_more_files_than_can_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILES", 2)
    found, (fault,) = read_statements([(f"{number}.docx", word("字")) for number in range(4)])
    assert len(found) == 2
    assert (fault.kind, fault.value) == (StatementFaultKind.TOO_MANY_FILES, "2")


def test_names() -> None:
    assert written_name("张三".encode("gb18030").decode("cp437")) == "张三"
    assert written_name("张三".encode().decode("cp437")) == "张三"
    assert written_name("张三.pdf") == "张三.pdf"
    (found,), _ = read_statements([("C:\\报告\\" + "长" * 200 + "张三.docx", word("字"))])
    assert len(found.name) == MAX_NAME_LENGTH
    assert found.name.endswith("张三.docx")


def test_files_that_take_too_long_together_are_not_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 1.0, module.MAX_SECONDS + 1.0))
    monkeypatch.setattr(module, "time", SimpleNamespace(thread_time=lambda: next(clock)))
    files = packed({f"{number}.docx": word("字") for number in range(9)})
    found, (fault,) = read_statements([("全部.zip", files)])
    assert len(found) == 1
    assert (fault.name, fault.kind) == ("1.docx", StatementFaultKind.TOO_MUCH_AT_ONCE)
