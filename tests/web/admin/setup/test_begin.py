"""Beginning a campaign: templates, files, copies, rosters, and the ballot to look at."""

from datetime import datetime
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from survey.documents.definition.form_library import library
from survey.domain.definition.campaign import State
from survey.domain.definition.canonical import digest
from survey.domain.definition.reader import read_definition
from survey.services.audit.audit import history
from survey.services.campaigns import drafts
from survey.storage.database import transaction
from tests.domain.editing import full
from tests.web.clerk import Form, Office, forms
from tests.web.rosters import TEAM_AND_TWELVE, workbook

from .test_pages import UNIT, create, document, path, stored


def begin(office: Office, source: str, **filled: str) -> str:
    """Go through the page that asks for a name; return the campaign's code."""
    address = f"/admin/new/{source}"
    form = office.form(address, "title")
    for name, value in filled.items():
        form.set(name, value)
    office.save(address, form)
    return form.value("code")


def upload(
    office: Office, address: str, name: str, content: bytes, act: str = "", **fields: str
) -> TestResponse:
    form = office.form(address, "csrf_token" if address == "/admin/new" else "version")
    if address == "/admin/new":
        form.action = ""
    for key, value in fields.items():
        form.set(key, value)
    return office.send(address, form, act, file=(BytesIO(content), name))


def test_a_whole_campaign_comes_of_a_template_and_a_roster(office: Office) -> None:
    """What the clerk does: a template, the basics, three groups, the roster, two changes, done."""
    code = begin(
        office, "form/annual", title="2026年度测评", organiser="县委组织部", code="zhen-2026", year="2026年度"
    )
    form = office.form(path("basics", code)).set("campaign.closes_at", "2026-12-01T18:00")
    office.save(path("basics", code), form, "next")
    form = office.form(path("groups", code)).set("groups.2.issue", "100").set("groups.2.label", "C票（群众）")
    office.save(path("groups", code), form, "next")
    rows = workbook(*TEAM_AND_TWELVE)
    look = upload(office, path("roster", code), "名册.xlsx", rows, "look", mode="replace")
    assert look.status_code == 200
    assert "新增 13 个" in look.text
    assert document(code).get("ratees", []) == []
    taken = office_form(look)
    office.save(path("roster", code), taken, "take")
    office.save(path("matrix", code), office.form(path("matrix", code)).set("ratees.1.groups", "B", "C"))
    office.save(path("quotas", code), office.form(path("quotas", code)).set("quotas.0.at_most", "３"))

    template = next(one for one in library() if one.key == "annual").data
    sections = [section["key"] for section in template["sections"]]
    wanted = template | {"campaign": template["campaign"] | {
        "code": code, "title": "2026年度测评", "organiser": "县委组织部", "year": "2026年度",
        "closes_at": datetime.fromisoformat("2026-12-01T18:00:00+08:00"),
    }}  # fmt: skip
    wanted["groups"][2] |= {"issue": 100, "label": "C票（群众）"}
    wanted["quotas"][0]["at_most"] = 3
    wanted["ratees"] = [
        {"key": f"r{place + 1}", "section": sections[place > 0], "name": row[0]}
        | {key: value for key, value in (("post", row[1]), ("unit", row[2])) if value}
        | ({"groups": ["B", "C"]} if place == 1 else {})
        for place, row in enumerate(TEAM_AND_TWELVE)
    ]
    assert document(code) == wanted
    with transaction() as session:
        campaign = drafts.require_whole(session, code)
        assert (campaign.state, campaign.unit) == (State.DRAFT, UNIT)
        assert campaign.definition.digest == digest(wanted)
    assert "测评内容完整：13 个测评对象" in office.get(path("check", code))


def office_form(answer: TestResponse) -> Form:
    return next(form for form in forms(answer.text) if "version" in form.names())


@pytest.mark.parametrize("key", [template.key for template in library()])
def test_each_template_begins_a_campaign_and_keeps_its_content(office: Office, key: str) -> None:
    code = begin(office, f"form/{key}")
    template = next(one for one in library() if one.key == key).data
    assert {k: v for k, v in document(code).items() if k != "campaign"} == {
        k: v for k, v in template.items() if k != "campaign"
    }
    assert document(code)["campaign"]["organiser"] == UNIT
    for page in ("groups", "scales", "sections", "quotas", "questions", "rules", "matrix"):
        office.save(path(page, code), office.form(path(page, code)))
    assert stored(code).version == 1


def test_the_code_is_suggested_free_and_checked(office: Office) -> None:
    first = begin(office, "form/team")
    assert begin(office, "form/team") == f"{first}-2"
    form = office.form("/admin/new/form/team", "title").set("code", first)
    answer = office.send("/admin/new/form/team", form)
    assert answer.status_code == 422
    assert "已经有这个代号的活动" in answer.text
    for bad in ("", "中文", "Upper"):
        answer = office.send("/admin/new/form/team", form.set("code", bad).set("title", "还在"))
        assert answer.status_code == 422
        assert 'value="还在"' in answer.text
    office.get("/admin/new/form/nothing", 404)
    office.get("/admin/new/elsewhere/team", 404)


def test_a_former_campaign_is_copied_without_its_times(office: Office) -> None:
    create(full())
    assert "full-2026" in office.get("/admin/new")
    code = begin(office, "copy/full-2026", title="下一年")
    assert code.startswith("full")
    assert document(code) == drafts.copied(full(), code) | {
        "campaign": drafts.copied(full(), code)["campaign"] | {"title": "下一年"}
    }


def test_an_empty_campaign_is_filled_in_from_nothing(office: Office) -> None:
    code = begin(office, "empty/new", title="空白", organiser="办公室")
    form = office.press(path("groups", code), office.form(path("groups", code)), "add groups")
    office.save(path("groups", code), form.set("groups.0.label", "职工").set("groups.0.weight", "1"))
    form = office.press(path("scales", code), office.form(path("scales", code)), "add scales")
    for number, (label, points) in enumerate((("好", "100"), ("差", "0"))):
        form = office.press(path("scales", code), form, "add scales.0.grades")
        form.set(f"scales.0.grades.{number}.label", label).set(f"scales.0.grades.{number}.points", points)
    office.save(path("scales", code), form)
    form = office.press(path("sections", code), office.form(path("sections", code)), "add sections")
    form = office.press(
        path("sections", code), form.set("sections.0.title", "测评表"), "add sections.0.criteria"
    )
    form.set("sections.0.scale", "scale1").set("sections.0.criteria.0.label", "总体评价")
    office.save(path("sections", code), form)
    form = office.form(path("ratees", code)).set("ratees.0.name", "班子")
    office.save(path("ratees", code), form)
    definition = read_definition(document(code))
    assert [group.key for group in definition.groups] == ["A"]
    assert [line.name for line in definition.lines] == ["p1.k1"]
    assert [grade.key for grade in definition.scales[0].grades] == ["g1", "g2"]


def test_beginning_is_in_the_log(office: Office) -> None:
    code = begin(office, "form/team")
    with transaction() as session:
        first, _ = next(history(session, code))
    assert (first.act, first.actor) == ("draft", "李干事")
