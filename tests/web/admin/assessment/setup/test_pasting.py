"""Many rows as lines of a text, and an assessment begun on a page."""

from flask import Flask

from survey.services.assessment.assessments import current as found
from survey.storage.database import transaction
from tests.office import Office
from tests.services.assessment.sample_taken import current, everything, loaded

from .forms import shown
from .test_part_pages import AT, save

FIELDS = {
    "title": "青河县2026年度考核",
    "code": "qinghe-2026",
    "year": "2026",
    "office": "青河县考核办",
    "periods": "quarter",
    "units": "乡镇：\r\n城关镇\r\n河口镇\r\n部门：\r\n民政局\r\n",
    "indicators": "产值，亿元，12，乡镇\r\n办结率，%，8\r\n",
}
BEGIN = "/admin/new-assessment/form"


def test_an_assessment_begins_with_its_units_and_indicators(app: Flask) -> None:
    office = Office(app, role="organiser", unit="甲局")
    assert BEGIN in office.get("/admin/new-assessment").text
    office.get(BEGIN)
    answer = office.post(BEGIN, **FIELDS)
    assert answer.location.endswith("/admin/a/qinghe-2026/setup/indicators")
    with transaction() as session:
        made = found(session, "qinghe-2026")
    assert (made.unit, made.definition.periods, len(made.definition.units)) == ("甲局", "quarter", 3)
    page = office.get("/admin/a/qinghe-2026/setup")
    assert "还没有年度目标，不能下达" in page.text
    assert "2 处待填" in page.text


def test_what_is_wrong_stands_beside_the_field_and_by_line(app: Flask) -> None:
    office, before = Office(app, role="organiser", unit="甲局"), everything()
    office.get(BEGIN)
    wrong = {"code": "QH 2026", "year": "", "indicators": "产值，亿元，12，园区\r\n税收，万元，多"}
    answer = office.post(BEGIN, **(FIELDS | wrong))
    assert answer.status_code == 422
    for said in (
        'id="code-error"',
        'id="year-error"',
        "第 1 行：适用类别：",
        "第 2 行：分值：",
        "城关镇",
        "税收，万元，多",
    ):
        assert said in answer.text, said
    assert everything()["assessments"] == before["assessments"]


def test_a_code_that_is_taken_is_said_beside_it(app: Flask) -> None:
    loaded()
    office = Office(app, role="organiser", unit="甲局")
    office.get(BEGIN)
    answer = office.post(BEGIN, **(FIELDS | {"code": current().code}))
    assert answer.status_code == 422
    assert "已经有这个代号的考核" in answer.text


def test_lines_join_a_draft(app: Flask) -> None:
    loaded()
    office = Office(app, role="organiser", unit="甲局")
    answer = save(office, "units/many", lines="西城镇\t乡镇\t李某\r\n审计局\t县直部门")
    assert answer.status_code == 303
    assert [(one.label, one.head) for one in current().definition.units[-2:]] == [
        ("西城镇", "李某"),
        ("审计局", ""),
    ]
    page = office.get(f"{AT}/indicators/many")
    answer = office.post(f"{AT}/indicators/many", **shown(page.text, lines="招商，亿元，多"))
    assert answer.status_code == 422
    assert "第 1 行：" in answer.text
    assert "招商，亿元，多" in answer.text
