"""The archive on pages: asked for once, followed, cancelled, fetched once, by who may print alone."""

import io
import re
import zipfile

from flask import Flask

from survey.domain.assessment.seats import SeatPart
from survey.services.operations import jobs
from survey.web import jobs as workers
from tests.documents.read_back import name_in
from tests.office import Office
from tests.services.assessment.telling.told_year import decided

from .told_pages import HERE, seated

ARCHIVE = f"{HERE}/archive"


def asked(office: Office) -> str:
    page = office.get(ARCHIVE).text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert key
    for _ in range(2):
        assert office.post(ARCHIVE, key=key[1]).location == f"{ARCHIVE}/{key[1]}"
    return key[1]


def test_an_archive_is_asked_for_made_and_fetched_once(app: Flask) -> None:
    decided()
    office = seated(app, SeatPart.OFFICE)
    key = asked(office)
    assert "正在排队" in office.get(f"{ARCHIVE}/{key}").text
    assert workers.run(key)
    page = office.get(f"{ARCHIVE}/{key}").text
    assert "已打包，请下载" in page
    assert "sha256:" in page
    assert "可以下载" in office.get(ARCHIVE).text
    answer = office.post(f"{ARCHIVE}/{key}/file")
    assert name_in(answer) == "年度考核 考核档案.zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert "清单.csv" in packed.namelist()
    answer.close()
    again = office.post(f"{ARCHIVE}/{key}/file", follow=True)
    assert "文件不能下载" in again.text
    assert "文件已经不在服务器上" in again.text
    assert "下载了考核档案" in Office(app).get("/admin/log").text


def test_it_can_be_cancelled(app: Flask) -> None:
    decided()
    office = Office(app)
    key = asked(office)
    assert office.post(f"{ARCHIVE}/{key}/cancel").status_code == 303
    assert "已取消" in office.get(f"{ARCHIVE}/{key}").text
    workers.run(key)
    assert "已取消" in office.get(f"{ARCHIVE}/{key}").text
    assert "来不及取消" in office.post(f"{ARCHIVE}/{key}/cancel", follow=True).text


def test_who_may_not_print_has_none(app: Flask) -> None:
    decided()
    key = asked(Office(app))
    other = seated(app, SeatPart.OFFICE)
    for path in ("", "/cancel", "/file"):
        open_with = other.get if not path else other.post
        assert open_with(f"{ARCHIVE}/{key}{path}").status_code == 404  # another's own
    unit = seated(app, SeatPart.REPORTER, "t1")
    assert unit.get(ARCHIVE).status_code == 404
    assert unit.post(ARCHIVE, key=jobs.new_key()).status_code == 404
    assert Office(app).get(f"/admin/jobs/{key}").status_code == 404
    assert Office(app).post(ARCHIVE, key="none").status_code == 404
