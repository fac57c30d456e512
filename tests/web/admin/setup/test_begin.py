"""Beginning a campaign: templates, files, copies, rosters, and the ballot to look at."""

from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.documents.definition.definition_file import write_toml
from survey.documents.definition.form_library import library
from survey.domain.definition.campaign import State
from survey.domain.definition.canonical import digest
from survey.domain.definition.reader import read_definition
from survey.services.audit.audit import history
from survey.services.campaigns import campaigns, drafts
from survey.storage.database import transaction
from survey.web.voter.specimen import CODE
from tests.builders import EXAMPLES
from tests.domain.editing import changed, full
from tests.web.clerk import Form, Office, forms, log_in
from tests.web.rosters import TEAM_AND_TWELVE, workbook

from .test_pages import UNIT, create, document, path, stored


@pytest.fixture
def office(app: Flask) -> Office:
    return log_in(app)


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
    code = begin(office, "form/annual", title="2026年度测评", organiser="县委组织部", code="zhen-2026")
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
        "code": code, "title": "2026年度测评", "organiser": "县委组织部",
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


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_a_definition_file_goes_in_and_out_unchanged(office: Office, name: str) -> None:
    text = (EXAMPLES / f"{name}.toml").read_bytes()
    assert upload(office, "/admin/new", f"{name}.toml", text).status_code == 303
    out = office.client.get(path("definition.toml", name))
    assert out.headers["Content-Disposition"] == f'attachment; filename="{name}.toml"'
    again = upload(office, path("definition", name), "again.toml", out.data)
    assert again.status_code == 303
    with transaction() as session:
        found = campaigns.find_campaign(session, name)
    assert found.definition.digest == digest(document(name))
    assert stored(name).version == 1


def test_a_file_that_is_no_definition_changes_nothing(office: Office) -> None:
    create(full())
    good = write_toml(full())
    dated = good.replace("issue = 12", "issue = 2026-01-01").encode()
    newer = good.replace("format = 1", "format = 2").encode()
    misspelt = good.replace("weight", "wait").encode()
    for bad in (b"\xff\xfe", b"no toml", b"", b"groups = 3", dated, newer, misspelt):
        for address in (path("definition"), "/admin/new"):
            answer = upload(office, address, "x.toml", bad)
            assert answer.status_code == 422, bad
    answer = upload(office, path("definition"), "x.toml", good.replace("full-2026", "other").encode())
    assert answer.status_code == 422
    assert "文件里的代号是 other" in answer.text
    assert "已经有代号为 full-2026 的活动" in upload(office, "/admin/new", "x.toml", good.encode()).text
    assert document() == full()


def test_a_file_with_gaps_becomes_a_draft(office: Office) -> None:
    text = write_toml(changed("groups[0].label", "", changed("ratees[2].section", "gone")))
    assert upload(office, "/admin/new", "x.toml", text.encode()).status_code == 303
    assert len(drafts.faults(document())) == 2


def test_a_large_file_is_taken_and_a_large_form_is_not(office: Office) -> None:
    create(full())
    rows = workbook(("标题",), *[(f"人{number}", "职" * 60, "", "测评表") for number in range(4000)])
    answer = upload(office, path("roster"), "r.xlsx", rows, "look")
    assert answer.status_code == 422
    assert "没有导入" in answer.text
    assert office.client.post(path("basics"), data={"x": "y" * 300_000}).status_code == 413
    assert Office(office.client.application.test_client()).client.post(
        path("roster"), data={"x": "y" * 300_000}
    ).status_code in (302, 400, 413)  # fmt: skip


def test_a_faulty_roster_says_where_and_brings_in_nothing(office: Office) -> None:
    create(full())
    rows = workbook(("甲", "", "", "没有的表"), ("", "局长", "", "测评表"))
    answer = upload(office, path("roster"), "r.xlsx", rows, "look")
    assert answer.status_code == 422
    for said in ("第 2 行", "D 列", "没有的表", "没有这张测评表", "第 3 行", "这一格没有填"):
        assert said in answer.text
    assert document() == full()
    assert upload(office, path("roster"), "", b"", "look").status_code == 422


def test_a_roster_adds_or_replaces(office: Office) -> None:
    create(full())
    rows = workbook(("甲", "书记", "县", "测评表"), ("新人", "", "", "表决"))
    look = upload(office, path("roster"), "r.xlsx", rows, "look", mode="add")
    assert "新增 1 个，改动 1 个，去掉 0 个" in look.text
    office.save(path("roster"), office_form(look), "take")
    assert [row["name"] for row in document()["ratees"]] == ["甲", "乙", "班子", "新人"]
    assert document()["ratees"][0]["statement"] == "述职"
    look = upload(office, path("roster"), "r.xlsx", rows, "look", mode="replace")
    assert "去掉的是：乙、班子" in look.text
    office.save(path("roster"), office_form(look), "take")
    assert [row["name"] for row in document()["ratees"]] == ["甲", "新人"]


def test_a_roster_that_was_tampered_with_or_outdated_is_not_taken(office: Office) -> None:
    create(full())
    look = office_form(upload(office, path("roster"), "r.xlsx", workbook(("新人", "", "", "表决")), "look"))
    kept = look.value("roster")
    assert office.send(path("roster"), look.set("roster", kept[:-2] + "xx"), "take").status_code == 422
    office.save(path("basics"), office.form(path("basics")).set("campaign.title", "改过"))
    answer = office.send(path("roster"), look.set("roster", kept), "take")
    assert answer.status_code == 409
    assert len(document()["ratees"]) == 3
    office.save(path("roster"), office_form(answer), "take")
    assert len(document()["ratees"]) == 4


def test_a_roster_template_knows_the_campaigns_forms(office: Office) -> None:
    create(full())
    answer = office.client.get(path("roster.xlsx"))
    assert answer.data[:2] == b"PK"
    assert answer.headers["Content-Disposition"].endswith('"full-2026-roster.xlsx"')


def test_the_ballot_to_look_at_is_the_voters_and_can_send_nothing(office: Office) -> None:
    create(full())
    page = office.client.get("/admin/c/full-2026/preview?group=B")
    assert 'src="/admin/c/full-2026/preview/ballot?group=B"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    ballot = office.client.get("/admin/c/full-2026/preview/ballot?group=B")
    policy = ballot.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert policy.endswith("sandbox allow-scripts allow-forms")
    assert CODE in ballot.text
    assert "预览 组织部" in ballot.text
    assert 'name="c2.de"' in ballot.text
    assert 'name="c2.de"' not in office.get("/admin/c/full-2026/preview/ballot?group=A")
    assert office.client.post("/v/ballot", data={"code": CODE}).status_code == 404
    office.get("/admin/c/full-2026/preview?group=Z", 404)
    for elsewhere in ("/v", "/admin/", path("basics")):
        assert "frame-ancestors 'none'" in office.client.get(elsewhere).headers["Content-Security-Policy"]


def test_a_draft_with_faults_has_no_ballot_to_look_at(office: Office) -> None:
    create(changed("groups[0].label", ""))
    assert "还不能预览" in office.get("/admin/c/full-2026/preview", 409)
    office.get("/admin/c/full-2026/preview/ballot", 404)


def test_beginning_is_in_the_log(office: Office) -> None:
    code = begin(office, "form/team")
    with transaction() as session:
        first, _ = next(history(session, code))
    assert (first.act, first.actor) == ("draft", "李干事")
