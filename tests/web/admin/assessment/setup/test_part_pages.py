"""The parts of a draft on pages: saved as shown they change nothing, faults stand beside their fields."""

import re

import pytest
from flask import Flask

from survey.documents.assessment.form.form_parts import PARTS, fits
from survey.domain.assessment.facts import Stage
from survey.services.assessment import assessments, setting_up
from survey.storage.database import transaction
from tests.builders import BY, ROOT
from tests.office import Office
from tests.sample_year import SAMPLE_CODE, sample
from tests.services.assessment.sample_taken import current, everything, issued, loaded
from tests.signing_in import number_of
from tests.web.admin.accounts.test_login import with_password
from tests.web.admin.test_ended_session import hidden, idle, log_in

from .forms import shown

AT = f"/admin/a/{SAMPLE_CODE}/setup"


@pytest.fixture
def office(app: Flask) -> Office:
    loaded()
    return Office(app, role="organiser", unit="甲局")


def save(office: Office, path: str, act: str = "save", **changed: object):
    page = office.get(f"{AT}/{path}")
    return office.post(f"{AT}/{path}", **shown(page.text, act=act, **changed))


def by_somebody_else() -> None:
    data = sample("assessment.toml")
    data["units"][0]["head"] = "别人改的"
    with transaction(write=True) as session:
        setting_up.replace_draft(session, SAMPLE_CODE, data, None, BY)


@pytest.mark.parametrize("part", ["basics", *(key for key, part in PARTS.items() if part.in_table)])
def test_a_part_saved_as_it_is_shown_changes_nothing(office: Office, part: str) -> None:
    before = everything()
    answer = save(office, part)
    assert answer.status_code == 303
    assert everything() == before


def test_a_changed_part_is_stored_and_logged(office: Office) -> None:
    before = current()
    assert save(office, "basics", lights__yellow="85%", composite__unassigned="full").status_code == 303
    after = current()
    assert str(after.definition.lights.yellow) == "17/20"
    assert after.definition.composite.unassigned == "full"
    assert after.targets == before.targets
    assert after.digest in str(everything())


def test_faults_stand_beside_their_fields_and_nothing_is_stored(office: Office) -> None:
    before = everything()
    answer = save(office, "basics", assessment__year="", lights__yellow="九成", assessment__title="新的名称")
    assert answer.status_code == 422
    assert 'value="九成"' in answer.text
    assert 'value="新的名称"' in answer.text
    assert 'id="assessment.year.error"' in answer.text
    assert 'id="lights.yellow.error"' in answer.text
    assert "有 2 处要改" in answer.text
    assert '<a href="#lights.yellow">黄灯下限：' in answer.text
    assert everything() == before


def test_a_fault_of_what_is_elsewhere_says_where(office: Office) -> None:
    answer = save(office, "basics", assessment__periods="quarter")
    assert answer.status_code == 303
    with transaction(write=True) as session:
        data = sample("assessment.toml")
        data["components"][0] |= {"from": "periods", "weights": [1] * 12}
        setting_up.replace_draft(session, SAMPLE_CODE, data, None, BY)
    answer = save(office, "basics", assessment__periods="quarter")
    assert answer.status_code == 422
    assert "组成部分“目标任务”" in answer.text


def test_rows_are_added_moved_and_taken_out_before_they_are_saved(office: Office) -> None:
    before = everything()
    page = save(office, "items", "add")
    assert page.status_code == 200
    assert "改动还没有保存" in page.text
    page = office.post(
        f"{AT}/items", **shown(page.text, **{"4.label": "新的加分", "4.each": "0.5"}, act="up 4")
    )
    assert everything() == before
    page = office.post(f"{AT}/items", **shown(page.text, act="drop 0"))
    page = office.post(f"{AT}/items", **shown(page.text, act="save"))
    assert page.status_code == 303
    assert [one.label for one in current().definition.items] == [
        "改革创新经验推广",
        "重点工作发生重大问题",
        "新的加分",
        "迟报漏报",
    ]
    assert current().definition.items[2].key == "j1"


@pytest.mark.parametrize("act", ["drop " + "1" * 5000, "up " + "1" * 5000, "drop 77", "drop -1", "drop"])
def test_a_button_of_no_row_changes_nothing(office: Office, act: str) -> None:
    page = save(office, "classes", act)
    assert page.status_code == 200
    assert [key for key in ("town", "bureau") if f'.origin" value="{key}"' in page.text] == ["town", "bureau"]


def test_a_row_that_something_refers_to_is_not_taken_out(office: Office) -> None:
    page = save(office, "classes", "drop 0")
    assert "单位“城关镇”的“考核类别”" in page.text
    assert 'value="乡镇"' in page.text


def test_what_somebody_else_saved_is_not_lost(office: Office) -> None:
    page = office.get(f"{AT}/basics").text
    by_somebody_else()
    other = current().digest
    answer = office.post(f"{AT}/basics", **shown(page, act="save", assessment__office="新的考核办"))
    assert answer.status_code == 409
    assert "新的考核办" in answer.text
    assert "看最新内容" in answer.text
    assert current().digest == other
    answer = office.post(f"{AT}/basics", **shown(answer.text, act="save"))
    assert answer.status_code == 303
    assert current().definition.office == "新的考核办"
    assert current().definition.unit["t1"].head == "别人改的"


def test_a_row_that_somebody_else_added_meanwhile_stays(office: Office) -> None:
    page, path = office.get(f"{AT}/departments").text, f"{AT}/departments"
    before = [one.label for one in current().definition.departments]
    new = f"{len(before)}.label"
    mine = office.post(path, **shown(page, act="add")).text
    theirs = office.post(path, **shown(page, act="add")).text
    office.post(path, **shown(theirs, act="save", **{new: "别人加的局"}))
    mine = office.post(path, **shown(mine, act="up 1", **{new: "我加的局"})).text
    answer = office.post(path, **shown(mine, act="save"))
    assert answer.status_code == 409
    assert 'value="别人加的局"' in answer.text
    assert office.post(path, **shown(answer.text, act="save")).status_code == 303
    found = [one.label for one in current().definition.departments]
    assert sorted(found) == sorted([*before, "我加的局", "别人加的局"])


def test_a_row_taken_out_stays_out_of_a_draft_that_somebody_else_changed(office: Office) -> None:
    page = office.get(f"{AT}/items").text
    first = current().definition.items[0].key
    by_somebody_else()
    page = office.post(f"{AT}/items", **shown(page, act="drop 0")).text
    answer = office.post(f"{AT}/items", **shown(page, act="save"))
    assert answer.status_code == 409
    assert office.post(f"{AT}/items", **shown(answer.text, act="save")).status_code == 303
    assert first not in {one.key for one in current().definition.items}
    assert current().definition.unit["t1"].head == "别人改的"


def test_a_list_is_put_in_order(office: Office) -> None:
    page = office.get(f"{AT}/units").text
    assert office.post(f"{AT}/units", **shown(page, act="down t1")).status_code == 303
    assert [one.key for one in current().definition.units][:2] == ["t2", "t1"]
    assert office.post(f"{AT}/units", **shown(page, act="down t1")).status_code == 409


def test_keys_are_shown_and_given_when_asked_for(office: Office) -> None:
    assert 'name="2.key"' not in save(office, "classes", "add").text
    page = office.post(f"{AT}/classes?keys=1", **shown(office.get(f"{AT}/classes?keys=1").text, act="add"))
    changed = {"2.label": "园区", "2.key": "park"}
    assert office.post(f"{AT}/classes?keys=1", **shown(page.text, act="save", **changed)).status_code == 303
    assert [one.key for one in current().definition.classes] == ["town", "bureau", "park"]


def test_what_is_issued_has_no_such_pages(app: Flask) -> None:
    issued()
    office, before = Office(app, role="organiser", unit="甲局"), everything()
    for path in ("basics", "units", "units/new", "units/many", "targets", "targets/i/output"):
        assert office.get(f"{AT}/{path}").status_code == 303, path
        assert office.post(f"{AT}/{path}", act="save", draft=current().digest).status_code == 303, path
    assert {**everything(), "sessions": 0} == {**before, "sessions": 0}
    assert current().stage is Stage.ISSUED


def test_issued_while_a_form_was_open(office: Office) -> None:
    page = office.get(f"{AT}/basics").text
    with transaction(write=True) as session:
        assessments.issue(session, SAMPLE_CODE, BY)
    answer = office.post(f"{AT}/basics", follow=True, **shown(page, act="save"))
    assert "已经下达，不能再改草稿" in answer.text


def test_a_part_that_there_is_not_is_not_found(office: Office) -> None:
    for path in ("nothing", "classes/new", "bands/rows/good", "sheets/many", "units/rows/none"):
        assert office.get(f"{AT}/{path}").status_code in (303, 404), path


def test_what_was_typed_when_the_session_ended_comes_back(app: Flask) -> None:
    loaded()
    owner = with_password("owner", "李干事")
    office = Office(app, "李干事", "owner")
    page = save(office, "bands", "add")
    sent = shown(page.text, act="save", **{"4.label": "特别差", "4.at_least": "0"})
    before = current().digest
    idle()
    login = office.post(f"{AT}/bands", **sent)
    assert login.status_code == 403
    offered = log_in(office, login, "李干事", totp=number_of(owner))
    tokens = re.findall(r'name="csrf_token" value="([^"]+)"', offered.text)
    data = {"csrf_token": tokens[-1], "kept": hidden(offered, "kept")}
    again = office.client.post(f"{AT}/bands", data=data)
    assert "特别差" in again.text
    assert "还没有保存" in again.text
    assert current().digest == before


def test_the_style_has_a_line_for_every_choice_that_fields_depend_on() -> None:
    style = (ROOT / "static" / "css" / "office-parts.css").read_text("utf-8")
    choices = {
        choice
        for part in PARTS.values()
        for column in (*part.own, *part.line_columns)
        if (found := fits(part, column))
        for one in (*part.own, *part.line_columns)
        if one.path == found[0]
        for choice in one.entry.words
    }
    assert choices >= {"rank", "campaign", "points"}
    for choice in choices:
        assert f"option[value={choice}]:checked" in style
        assert f":not(.for-{choice}, .wrong)" in style
