"""Scanned specimens on the page, line by line."""

import pytest
from flask import Flask

from survey.storage.database import transaction
from survey.storage.tables import AuditRow
from survey.web.admin.paper import trying
from tests.builders import armed_campaign
from tests.web.admin.campaigns.test_codes import browser

from .test_scanning import send, stored
from .voted_on_paper import PAGE, PDF, PNG, on_paper, specimen_scan

TRY = f"{PAGE}/try"


def acts() -> int:
    with transaction() as session:
        return session.query(AuditRow).count()


def test_a_specimen_is_read_line_by_line_and_nothing_is_kept(app: Flask) -> None:
    armed_campaign(app, on_paper())
    client = browser(app, "王组织")
    scan = specimen_scan(app)
    before = acts()
    answer = send(client, (scan, "样张.jpg"), (PNG, "b.png"), path=TRY)
    assert answer.status_code == 200
    page = answer.text
    assert "读了 2 页，读出 1 页" in page
    assert "干部c1" in page
    assert "优秀" in page
    assert "文件损坏" in page
    assert "什么都没有保存" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert stored() == []
    assert acts() == before


def test_so_many_pages_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    armed_campaign(app, on_paper())
    monkeypatch.setattr(trying, "MAX_TRIED", 1)
    answer = send(browser(app, "王组织"), (PNG, "a.png"), (PNG, "b.png"), path=TRY)
    assert "一次只读前 1 页" in answer.text


def test_one_look_at_a_time(app: Flask) -> None:
    armed_campaign(app, on_paper())
    client = browser(app, "王组织")
    with trying._reading:
        answer = send(client, (PDF, "a.pdf"), path=TRY)
    assert answer.status_code == 409
    assert "正在读别的样张" in answer.text


def test_what_is_no_scan(app: Flask) -> None:
    armed_campaign(app, on_paper())
    client = browser(app, "王组织")
    assert send(client, path=TRY).status_code == 422
    assert send(client, (b"MZ", "a.pdf"), path=TRY).status_code == 422
