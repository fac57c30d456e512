"""Beginning an assessment in the browser: from its workbook to issued, in a few pages."""

import io
from typing import Any

import pytest
from flask import Flask
from openpyxl.workbook import Workbook

from survey.documents.assessment.setup.setup_workbook import write_setup
from survey.domain.assessment.facts import Stage
from survey.services.assessment import assessments
from survey.storage.database import transaction
from tests.documents.assessment.setup.setup_files import changed, put, sample_workbook
from tests.office import Office
from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.services.assessment.sample_taken import current, everything, issued, take_all

NEW, DRAFT = "/admin/new-assessment", f"/admin/a/{SAMPLE_CODE}/setup"


def sent(content: bytes, name: str = "考核设置.xlsx") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, role="organiser", unit="甲局")


def test_a_newcomer_sets_the_sample_up_in_a_few_pages(office: Office) -> None:
    pages = [office.get("/admin/a"), office.get(NEW)]
    pages.append(office.client.get(f"{NEW}/template.xlsx"))
    assert pages[-1].data.startswith(b"PK")
    office.get(NEW)
    pages.append(office.post(NEW, follow=True, file=sent(sample_workbook())))
    assert "已建成草稿" in pages[-1].text
    for said in ("城关镇", "122 项", "由别人填报", "牵头部门已经有的数"):
        assert said in pages[-1].text
    pages.append(
        office.post(f"/admin/a/{SAMPLE_CODE}/issue", follow=True, draft=current().digest, typed=SAMPLE_CODE)
    )
    assert "已下达" in pages[-1].text
    assert current().stage is Stage.ISSUED
    pages.append(office.client.get(f"/admin/a/{SAMPLE_CODE}/commitments.docx"))
    assert [page.status_code for page in pages] == [200] * len(pages)
    # A click opens each page, files are chosen by two more, the code is typed and sent.
    assert len(pages) + 4 <= 30
    assert current().unit == "甲局"


def test_faults_are_shown_by_cell_and_nothing_is_stored(office: Office) -> None:
    before = everything()
    office.get(NEW)

    def spoil(book: Workbook) -> None:
        put(book, "单位", 4, "考核类别", "城镇")
        put(book, "指标", 6, "分值", "八分")

    bad = changed(spoil)
    page = office.post(NEW, file=sent(bad))
    assert page.status_code == 422
    for said in ("单位!C4", "没有“城镇”", "指标!O6", "请填数字", "有 2 处要改"):
        assert said in page.text
    assert everything() == before


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "空.xlsx", "文件是空的"),
        (b"PK\x03\x04", "坏.xlsx", "文件已损坏"),
        (b"\xff\xfe", "x.toml", "无法读取"),
        (b"format = 1", "x.toml", "还没有填写"),
        (write_setup(), "模板.xlsx", "考核!C3"),
    ],
)
def test_whatever_is_sent_is_answered(office: Office, content: bytes, name: str, said: str) -> None:
    office.get(NEW)
    page = office.post(NEW, file=sent(content, name))
    assert page.status_code == 422
    assert said in page.text


def test_a_definition_file_may_bring_its_targets(office: Office) -> None:
    office.get(NEW)
    files: dict[str, Any] = {
        "file": sent((SAMPLE / "assessment.toml").read_bytes(), "a.toml"),
        "targets": sent((SAMPLE / "targets.csv").read_bytes(), "t.csv"),
    }
    assert office.post(NEW, **files).status_code == 303
    assert len(current().targets) == 122


def test_a_taken_code_is_said_at_its_cell(office: Office) -> None:
    office.get(NEW)
    office.post(NEW, file=sent(sample_workbook()))
    before = everything()
    page = office.post(NEW, file=sent(sample_workbook()))
    assert page.status_code == 422
    assert "考核!C3" in page.text
    assert "已经有代号为" in page.text
    assert everything() == before


def test_only_an_office_begins(app: Flask) -> None:
    for role in ("member", "viewer", "scrutineer"):
        assert Office(app, role, role=role).get(NEW).status_code == 403


def test_the_next_year_is_begun_from_the_last(office: Office) -> None:
    issued()
    take_all()
    page = office.get(f"/admin/a/{SAMPLE_CODE}/next-year")
    assert "qingyuan-2027" in page.text
    assert "清源县2027年度" in page.text
    assert "qy-leaders-2027" in page.text
    page = office.post(
        f"/admin/a/{SAMPLE_CODE}/next-year", follow=True, title="清源县2027年度考核", code="qingyuan-2027"
    )
    assert "还不能下达" in page.text
    assert "城关镇：赴市以上访人次、生产安全事故死亡人数" in page.text
    with transaction() as session:
        made = assessments.current(session, "qingyuan-2027")
    assert made.targets["t3", "output"].base is not None
    page = office.post(f"/admin/a/{SAMPLE_CODE}/next-year", title="x", code=SAMPLE_CODE)
    assert "已经有这个代号" in page.text
    page = office.post(f"/admin/a/{SAMPLE_CODE}/next-year", title="", code="大写")
    assert page.status_code == 422
