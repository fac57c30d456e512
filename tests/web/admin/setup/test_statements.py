"""Report files on the pages: looked through, given to whom they belong, all or none, and nothing lost."""

from io import BytesIO

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from survey.services.campaigns import statements
from survey.storage.database import transaction
from tests.builders import a_definition
from tests.documents.statements.report_files import SENTENCE, packed, pdf, word
from tests.office import Office as AnyOffice
from tests.statement_files import arm, drafted
from tests.web.clerk import Form, Office, forget_request, forms

from .test_pages import UNIT, create, document, path

CODE = "small"


def send(office: Office, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    form = office.form(path("statements", CODE), "csrf_token")
    sent = [FileStorage(BytesIO(content), name) for name, content in files]
    forget_request()
    data = {"csrf_token": form.value("csrf_token"), "act": "look", "files": sent, **fields}
    return office.client.post(path("statements", CODE), data=data, content_type="multipart/form-data")


def held() -> statements.StatementsHeld:
    with transaction() as session:
        return statements.held(session, CODE)


def page(office: Office) -> str:
    return office.get(path("statements", CODE))


def waiting(text: str) -> Form:
    """Return the form of the files that wait."""
    return next(form for form in forms(text) if choices(form))


def choices(form: Form) -> list[str]:
    """List the names of the fields that say whose each file is."""
    return sorted(name for name in form.names() if name.startswith("of."))


def chosen(form: Form) -> list[str]:
    return [form.value(name) for name in choices(form)]


@pytest.fixture
def named(office: Office) -> Office:
    data = a_definition()
    for row, name in zip(data["ratees"], ("张三", "李四", "李四"), strict=True):
        row["name"] = name
    data["ratees"][1]["post"], data["ratees"][2]["post"] = "局长", "副局长"
    create(data)
    return office


def test_a_folder_of_reports_is_taken_in(named: Office) -> None:
    folder = packed({"01-张三.pdf": pdf(SENTENCE), "李四副局长.docx": word("一", "二"), "李四.pdf": pdf("")})
    assert send(named, ("全部.zip", folder)).status_code == 303
    assert held().files == {}
    look = page(named)
    assert "3 个文件，还没有采用" in look
    assert "扫描件，没有文字" in look
    form = waiting(look)
    assert chosen(form) == ["c1", "c3", "?"]
    refused = named.send(path("statements", CODE), form, "give")
    assert refused.status_code == 422
    assert "请选择这是谁的报告" in refused.text
    assert held().files == {}
    again = waiting(refused.text)
    assert chosen(again) == ["c1", "c3", "?"]
    named.save(path("statements", CODE), again.set(choices(again)[2], "c2"), "give")
    assert {key: file.name for key, file in held().files.items()} == {"c1": "01-张三.pdf", "c2": "李四.pdf"}
    assert document(CODE)["ratees"][2]["statement"] == "一\n二"
    assert "李四.pdf" in page(named)


def test_all_faults_are_told_and_nothing_is_taken(named: Office) -> None:
    bad = send(
        named, ("张三.pdf", pdf()), ("李四.pdf", pdf(link="https://x.example")), ("图.jpg", b"\xff\xd8")
    )
    assert bad.status_code == 422
    assert "3 个文件里有 2 个要改" in bad.text
    assert "通向网址" in bad.text
    assert "不是 PDF 或 Word 文档" in bad.text
    assert (held().files, held().waiting) == ({}, [])
    assert send(named).status_code == 422
    assert "请选择文件" in send(named).text


def test_what_is_not_wanted_is_left_out_or_discarded(named: Office) -> None:
    send(named, ("张三.pdf", pdf()), ("别人.pdf", pdf()))
    form = waiting(page(named))
    named.save(path("statements", CODE), form.set(choices(form)[1], "-"), "give")
    assert held().files.keys() == {"c1"}
    assert held().waiting == []
    send(named, ("别人.pdf", pdf()))
    named.save(path("statements", CODE), waiting(page(named)), "discard")
    assert held().waiting == []
    form = named.form(path("statements", CODE), "csrf_token")
    form.action = ""
    named.save(path("statements", CODE), form, "remove c1")
    assert held().files == {}


def test_two_at_once_are_told(named: Office) -> None:
    send(named, ("张三.pdf", pdf()))
    first = waiting(page(named))
    send(named, ("乙.pdf", pdf()))
    assert "这期间有人换了等候的文件" in named.send(path("statements", CODE), first, "give").text
    send(named, ("张三.docx", word("新的")))
    form = waiting(page(named))
    named.save(path("basics", CODE), named.form(path("basics", CODE)).set("campaign.title", "改过"))
    answer = named.send(path("statements", CODE), form, "give")
    assert answer.status_code == 409
    named.save(path("statements", CODE), waiting(answer.text), "give")
    assert document(CODE)["ratees"][0]["statement"] == "新的"


def test_a_person_s_page_leads_to_a_file_for_that_person(named: Office) -> None:
    assert "statements?ratee=c2" in named.get(path("ratees/1", CODE))
    assert "李四的报告" in named.get(path("statements", CODE) + "?ratee=c2")
    send(named, ("报告.pdf", pdf()), ratee="c2")
    assert chosen(waiting(page(named))) == ["c2"]


def test_a_campaign_without_room_says_so(named: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MAX_TOTAL", 10)
    assert "加起来会超过" in send(named, ("张三.pdf", pdf())).text


def test_once_armed_files_can_only_be_read(app: Flask, office: Office) -> None:
    drafted(a_definition())
    arm(CODE)
    shown = AnyOffice(app).get(path("statements", CODE))
    assert "就绪时固定的摘要" in shown.text
    assert 'type="file"' not in shown.text
    viewer = AnyOffice(app, role="viewer")
    answer = viewer.get(path("statements/c1.pdf", CODE))
    assert answer.data.startswith(b"%PDF")
    assert 'filename="small-c1.pdf"' in answer.headers["Content-Disposition"]
    assert viewer.get(path("statements/c3.pdf", CODE)).status_code == 404


def test_another_units_files_are_nobody_s_to_read(app: Flask, office: Office) -> None:
    drafted(a_definition())
    other = AnyOffice(app, role="organiser", unit=UNIT)
    assert other.get(path("statements", CODE)).status_code == 404
    assert other.get(path("statements/c1.pdf", CODE)).status_code == 404


def test_a_preview_shows_what_voters_can_read(app: Flask, office: Office) -> None:
    drafted(a_definition())
    shown = AnyOffice(app).get(f"/admin/c/{CODE}/preview/ballot?group=A").text
    assert "一年来的工作" in shown
    assert "看原件（PDF" in shown
    assert "statement.js" not in shown
    assert 'id="reading"' not in shown
