"""Certificates and reports as files, and an office's own templates for them."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from docx import Document
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from survey.documents.word.placeholders import Template
from survey.documents.word.render import shipped
from survey.services.campaigns import campaigns
from survey.storage import campaign_rows, template_rows
from survey.storage.audit_rows import entries
from survey.storage.database import transaction
from survey.storage.template_rows import WordTemplate
from tests.builders import BY, a_definition
from tests.counted import counted
from tests.desk import Desk
from tests.documents.words import template
from tests.web.public.test_checking import signed

HERE, THERE = "县委组织部", "县教育局"
OWN = template("本局格式", "{{ 标题 }}", "收回 {{ 合计.收回 }} 张")


def send(desk: Desk, kind: str, content: bytes, **more: Any) -> TestResponse:
    page = desk.get("/admin/templates").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    # Encoded here: the test client would put a large body into a temporary file.
    file = FileStorage(BytesIO(content), "本局.docx")
    boundary, body = encode_multipart({"csrf_token": token, "file": file, **more})
    kept = f"multipart/form-data; boundary={boundary}"
    return desk.client.post(f"/admin/templates/{kind}", data=body, content_type=kept)


def words_of(answer: TestResponse) -> str:
    document = Document(BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def acts() -> list[str]:
    with transaction() as session:
        return [entry.act for entry in entries(session)]


def test_there_is_nothing_before_the_count(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    desk = Desk(app, "owner")
    assert desk.get("/admin/c/small/certificate").status_code == 409
    for name in ("certificate.pdf", "report.docx"):
        assert desk.get(f"/admin/c/small/{name}").status_code == 404


def test_a_count_without_signatures_has_a_report_only(app: Flask) -> None:
    counted(a_definition())
    desk = Desk(app, "viewer")
    page = desk.get("/admin/c/small/certificate")
    assert page.status_code == 200
    assert "certificate.pdf" not in page.text
    assert desk.get("/admin/c/small/certificate.pdf").status_code == 404
    assert "已计票，尚未签字确认" in words_of(desk.get("/admin/c/small/report.docx"))


def test_files_of_a_signed_count(app: Flask) -> None:
    footer = signed(app)
    desk = Desk(app, "viewer")
    page = desk.get("/admin/c/small/certificate").text
    assert footer in page
    assert "/r/small/check" in page
    pdf = desk.get("/admin/c/small/certificate.pdf")
    assert pdf.mimetype == "application/pdf"
    with pypdfium2.PdfDocument(pdf.data) as read:
        assert footer in read[0].get_textpage().get_text_range()
    report = desk.get("/admin/c/small/report.docx")
    assert 'filename="small-report.docx"' in report.headers["Content-Disposition"]
    said = words_of(report)
    for words in ("测评情况报告", "小型测评", "考核组", "干部c1", "不予显示的内容", "计票人(签字)："):
        assert words in said
    document = Document(BytesIO(report.data))
    assert footer in document.sections[0].footer.paragraphs[0].text


def test_an_own_template_is_taken_used_and_taken_back(app: Flask) -> None:
    counted(a_definition())
    desk = Desk(app, "organiser")
    assert send(desk, "report", OWN).status_code == 303
    assert "本局.docx" in desk.get("/admin/templates").text
    said = words_of(desk.get("/admin/c/small/report.docx"))
    assert "本局格式" in said
    assert "收回 60 张" in said
    assert "测评情况报告" not in said
    assert desk.get("/admin/templates/report/own.docx").data == OWN
    assert desk.get("/admin/templates/report.docx").data == shipped(Template.REPORT)
    desk.post("/admin/templates/report/remove", page="/admin/templates")
    assert "测评情况报告" in words_of(desk.get("/admin/c/small/report.docx"))
    assert desk.get("/admin/templates/report/own.docx").status_code == 404
    desk.post("/admin/templates/report/remove", page="/admin/templates")
    assert [act for act in acts() if act.startswith("template")] == ["template", "template-removed"]


def test_a_bad_one_is_refused_and_named(app: Flask) -> None:
    desk = Desk(app, "organiser")
    send(desk, "report", OWN)
    answer = send(desk, "report", template("写给 {{ 标提 }}", "{{ 标题"))
    assert answer.status_code == 422
    for words in (
        "有 2 处要改",
        "没有叫“标提”的占位符",
        "您要写的可能是“标题”",
        "不完整",
        "写给 {{ 标提 }}",
        "正文",
    ):
        assert words in answer.text
    assert send(desk, "report", b"").status_code == 422
    page = desk.get("/admin/templates").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    missing = desk.client.post("/admin/templates/report", data={"csrf_token": token})
    assert (missing.status_code, "请选择文件" in missing.text) == (422, True)
    assert desk.get("/admin/templates/report/own.docx").data == OWN
    assert acts().count("template") == 1


def test_a_document_to_be_saved_as_another_is_told_where_to_click(app: Flask) -> None:
    answer = send(Desk(app, "organiser"), "report", b"{\\rtf1 x}")
    assert answer.status_code == 422
    assert "点“文件”→“另存为”，类型选“Word 文档（*.docx）”" in answer.text


def test_a_unit_has_its_own(app: Flask) -> None:
    counted(a_definition())
    here, there = Desk(app, "organiser", HERE), Desk(app, "organiser", THERE)
    assert send(here, "report", OWN).status_code == 303
    assert there.get("/admin/templates/report/own.docx").status_code == 404
    assert there.get(f"/admin/templates/report/own.docx?unit={HERE}").status_code == 404
    assert send(there, "report", OWN, unit=HERE).status_code == 404
    # The campaign is of no unit: nobody's template but its own is used.
    owner = Desk(app, "owner", HERE)
    assert "测评情况报告" in words_of(owner.get("/admin/c/small/report.docx"))
    assert owner.get(f"/admin/templates?unit={THERE}").status_code == 200
    assert send(owner, "report", OWN, unit="").status_code == 303
    assert "本局格式" in words_of(owner.get("/admin/c/small/report.docx"))


@pytest.mark.parametrize("role", ["scrutineer", "viewer"])
def test_others_have_no_say(app: Flask, role: str) -> None:
    desk = Desk(app, role, HERE)
    for path in ("/admin/templates", "/admin/templates/report.docx"):
        assert desk.get(path).status_code == 403


def test_unknown_kinds_are_none(app: Flask) -> None:
    desk = Desk(app, "organiser")
    assert desk.get("/admin/templates/letter.docx").status_code == 404
    assert send(desk, "letter", OWN).status_code == 404


def test_one_that_does_not_fit_any_more_says_so(app: Flask) -> None:
    """What was taken by an older version, or written into the database by hand."""
    counted(a_definition())
    with transaction(write=True) as session:
        template_rows.put_template(
            session, WordTemplate("", Template.REPORT, "old.docx", template("{{ 旧名 }}"), "test", BY.at)
        )
    answer = Desk(app, "organiser").get("/admin/c/small/report.docx")
    assert answer.status_code == 409
    assert "Word 模板已不能用" in answer.text


def test_too_large_a_file_is_refused(app: Flask) -> None:
    assert send(Desk(app, "organiser"), "report", bytes(3 * 1024 * 1024)).status_code == 413


def test_a_trial_run_says_so_on_paper(app: Flask) -> None:
    counted(a_definition())
    with transaction(write=True) as session:
        campaign_rows.set_trial(session, campaigns.find_campaign(session, "small"), "other")
    assert "试投，不是正式结果" in words_of(Desk(app, "viewer").get("/admin/c/small/report.docx"))
