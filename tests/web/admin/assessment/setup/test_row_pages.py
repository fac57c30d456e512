"""One row of a draft on its page: added, changed, its list within it, and taken out with what goes along."""

import pytest
from flask import Flask

from tests.office import Office
from tests.services.assessment.sample_taken import current, everything, loaded

from .forms import shown
from .test_part_pages import AT, by_somebody_else, save


@pytest.fixture
def office(app: Flask) -> Office:
    loaded()
    return Office(app, role="organiser", unit="甲局")


@pytest.mark.parametrize(
    "path", ["units/rows/t3", "indicators/rows/revenue", "indicators/rows/invest", "components/rows/public"]
)
def test_a_row_saved_as_it_is_shown_changes_nothing(office: Office, path: str) -> None:
    before = everything()
    assert save(office, path).status_code == 303
    assert everything() == before


def test_a_label_changes_and_the_key_stays(office: Office) -> None:
    before = current()
    assert save(office, "units/rows/t1", label="城关街道", head="王某").status_code == 303
    after = current()
    assert (after.definition.unit["t1"].label, after.definition.unit["t1"].head) == ("城关街道", "王某")
    assert after.targets == before.targets


def test_an_indicator_with_two_lines(office: Office) -> None:
    page = save(office, "indicators/new", "add", label="招商引资", measure="亿元", classes=["town"])
    assert page.status_code == 200
    assert 'name="score.1.method"' in page.text
    changed = {
        **{"score.0.points": "6", "score.0.method": "complete", "score.0.cap": "110%"},
        **{"score.1.points": "4", "score.1.method": "rank", "score.1.by": "0.05", "score.1.cap": "9"},
        **{"source": "lead", "lead": "stats", "act": "save"},
    }
    answer = office.post(f"{AT}/indicators/new", **shown(page.text, **changed))
    assert answer.status_code == 303
    made = current().definition.indicator["i1"]
    assert (made.label, made.classes, made.lead, str(made.points)) == ("招商引资", ("town",), "stats", "10")
    assert [(str(line.method), str(line.cap)) for line in made.score] == [
        ("complete", "11/10"),
        ("rank", "1"),
    ]


def test_a_wrong_line_is_told_beside_its_field(office: Office) -> None:
    before = everything()
    answer = save(
        office,
        "indicators/rows/invest",
        label="",
        **{"score.0.points": "四分", "score.1.by": "", "key": None},
    )
    assert answer.status_code == 422
    for name in ("label", "score.0.points", "score.1.by"):
        assert f'id="{name}.error"' in answer.text, name
    assert 'value="四分"' in answer.text
    assert everything() == before


def test_a_new_row_leads_to_another(office: Office) -> None:
    answer = save(office, "units/new", "again", label="西城镇", **{"class": "town"})
    assert answer.location.endswith("/units/new")
    answer = save(office, "units/new", label="西城镇", **{"class": "town"}, key="t1")
    assert answer.status_code == 422
    assert 'id="key.error"' in answer.text


def test_a_unit_goes_with_its_targets_once_that_was_said(office: Office) -> None:
    page = office.get(f"{AT}/units/rows/t1/remove")
    assert "它的 11 项任务和年度目标会一起删除" in page.text
    assert "t1" in current().definition.unit
    assert office.post(f"{AT}/units/rows/t1/remove", **shown(page.text)).status_code == 303
    assert "t1" not in current().definition.unit
    assert not [task for task in current().targets if task[0] == "t1"]


def test_what_something_refers_to_stays_and_says_so(office: Office) -> None:
    page = office.get(f"{AT}/units/rows/b2/remove")
    assert "指标“规模以上工业总产值”的“牵头部门”" in page.text
    assert f"{AT}/indicators/rows/output" in page.text
    office.post(f"{AT}/units/rows/b2/remove", draft=current().digest)
    assert "b2" in current().definition.unit


def test_tasks_are_not_lost_by_another_choice(office: Office) -> None:
    before = everything()
    answer = save(office, "indicators/rows/output", classes=["bureau"])
    assert answer.status_code == 422
    assert "城关镇 · 规模以上工业总产值" in answer.text
    assert everything() == before


def test_points_of_tasks_want_lines_with_points(office: Office) -> None:
    save(office, "targets/i/output", **{"t1.points": "15"})
    before = everything()
    answer = save(office, "indicators/rows/output", **{"score.0.points": "0"})
    assert answer.status_code == 422
    told = answer.text.partition('role="alert"')[2].partition("</ul>")[0]
    assert "城关镇 · 规模以上工业总产值：这项指标的各条细则都没有分值" in told
    assert "去掉这项任务" not in told
    assert everything() == before


def test_a_row_that_somebody_else_changed(office: Office) -> None:
    page = office.get(f"{AT}/units/rows/t1").text
    by_somebody_else()
    answer = office.post(f"{AT}/units/rows/t1", **shown(page, act="save", leader="县长"))
    assert answer.status_code == 409
    assert 'value="县长"' in answer.text


def test_a_row_that_is_gone_leads_back(office: Office) -> None:
    assert "已经不在了" in office.get(office.get(f"{AT}/units/rows/none").location).text


def test_what_was_typed_in_a_row_that_somebody_else_took_out_is_added_anew(office: Office) -> None:
    page, path = office.get(f"{AT}/indicators/rows/invest").text, f"{AT}/indicators/rows/invest"
    removal = office.get(f"{path}/remove").text
    assert office.post(f"{path}/remove", **shown(removal)).status_code == 303
    assert "invest" not in current().definition.indicator
    typed = {"label": "改过的名称", "score.0.points": "7"}
    answer = office.post(path, **shown(page, act="save", **typed))
    assert answer.status_code == 409
    assert "这一行已经被别人删掉了" in answer.text
    assert 'value="改过的名称"' in answer.text
    assert office.post(path, **shown(answer.text, act="save")).status_code == 303
    made = [one for one in current().definition.indicators if one.label == "改过的名称"]
    assert [(one.key, str(one.score[0].points), len(one.score)) for one in made] == [("i1", "7", 2)]


def test_buttons_of_a_row_that_is_gone_keep_what_was_typed(office: Office) -> None:
    page, path = office.get(f"{AT}/indicators/rows/invest").text, f"{AT}/indicators/rows/invest"
    office.post(f"{path}/remove", **shown(office.get(f"{path}/remove").text))
    answer = office.post(path, **shown(page, act="add", label="改过的名称"))
    assert answer.status_code == 200
    assert "这一行已经被别人删掉了" in answer.text
    assert 'value="改过的名称"' in answer.text
    assert 'name="score.2.method"' in answer.text


def test_nothing_is_deleted_of_a_draft_that_somebody_else_changed(office: Office) -> None:
    page = office.get(f"{AT}/units/rows/t1/remove").text
    by_somebody_else()
    answer = office.post(f"{AT}/units/rows/t1/remove", **shown(page))
    assert answer.status_code == 409
    assert "下面是最新的内容" in answer.text
    assert "t1" in current().definition.unit


def test_the_last_of_what_there_has_to_be_stays(office: Office) -> None:
    for key in ("leaders", "mutual", "public"):
        office.post(f"{AT}/components/rows/{key}/remove", draft=current().digest)
    answer = office.post(f"{AT}/components/rows/targets/remove", draft=current().digest)
    assert answer.status_code == 422
    assert "组成部分" in answer.text.partition('role="alert"')[2]
    assert [one.key for one in current().definition.components] == ["targets"]
