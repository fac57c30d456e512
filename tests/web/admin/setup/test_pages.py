"""Setting a campaign up through the forms: what was not changed stays as it was, what was typed is kept."""

import re
from typing import Any

import pytest
from flask import Flask

from survey.domain.definition.campaign import Custody
from survey.domain.definition.canonical import digest
from survey.services.campaigns import campaigns, drafts
from survey.storage.database import transaction
from survey.web.admin.setup.fields.subjects import SUBJECTS
from tests.builders import BY, EXAMPLES, a_definition, example
from tests.domain.editing import changed, full
from tests.web.clerk import Office, forms, log_in

UNIT = "县委组织部"


def create(document: dict[str, Any], unit: str = UNIT) -> str:
    with transaction(write=True) as session:
        return drafts.create(session, document, unit, BY).code


def stored(code: str = "full-2026") -> drafts.Draft:
    with transaction() as session:
        return drafts.find(session, code)


def document(code: str = "full-2026") -> dict[str, Any]:
    return stored(code).document


def path(page: str, code: str = "full-2026") -> str:
    return f"/admin/c/{code}/setup/{page}"


SAMPLES = {file.stem: example(file.stem) for file in sorted(EXAMPLES.glob("*.toml"))} | {"full-2026": full()}


@pytest.mark.parametrize("page", SUBJECTS)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_saved_unchanged_changes_nothing(office: Office, name: str, page: str) -> None:
    create(SAMPLES[name])
    form = office.form(path(page, name))
    office.save(path(page, name), form)
    assert document(name) == SAMPLES[name]
    assert digest(document(name)) == digest(SAMPLES[name])
    assert stored(name).version == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_a_row_added_and_left_empty_changes_nothing(office: Office, name: str) -> None:
    create(SAMPLES[name])
    for page, lists in LISTS.items():
        for where in lists:
            form = office.press(path(page, name), office.form(path(page, name)), f"add {where}")
            office.save(path(page, name), form)
    assert digest(document(name)) == digest(SAMPLES[name])


LISTS = {
    "groups": ("groups",),
    "scales": ("scales.0.grades", "rates scale=four"),
    "sections": ("sections", "sections.0.criteria"),
    "quotas": ("quotas",),
    "questions": ("questions",),
    "rules": ("results.bands",),
}


def test_strange_values_survive_and_are_named(office: Office) -> None:
    strange = full()
    strange["groups"][0] |= {"weight": "三成", "issue": "12人", "label": "", "key": "不 行"}
    strange["campaign"] |= {"opens_at": "明天", "time_zone": "Mars/Base", "entry": "post"}
    strange["scales"][0]["grades"][2]["points"] = 99
    strange["rates"][0]["grades"] = ["good", "gone"]
    strange["sections"][0] |= {"scale": "nothing", "groups": ["A", "Z"]}
    strange["ratees"][1] |= {"section": "nowhere", "key": "c1", "groups": []}
    strange["quotas"][0] |= {"at_most": "140%", "grade": "vanished"}
    strange["questions"][0] |= {"kind": "guess", "at_most": 2}
    strange["results"] |= {"minimum_cell": 1, "small_groups": "hide"}
    create(strange)
    for page in SUBJECTS:
        form = office.form(path(page))
        office.save(path(page), form)
    after = document()
    # What a browser shows no other way: a date field holds dates only.
    assert after["campaign"].pop("opens_at", "明天") == "明天"
    del strange["campaign"]["opens_at"]
    assert after == strange


def test_every_page_says_what_is_wrong_at_its_field(office: Office) -> None:
    create(changed("groups[1].weight", "七成"))
    page = office.get(path("groups"))
    assert "请填数字，如 30 或 12.5；现在是“七成”" in page
    assert 'value="七成"' in page
    assert re.search(r'id="groups\.1\.weight"[^>]*aria-describedby="groups\.1\.weight\.error"', page)
    check = office.get(path("check"))
    assert f'href="{path("groups")}#groups.1.weight"' in check
    assert "票种第 2 行（B票） · 权重" in check


def test_a_value_that_is_none_is_kept_and_can_be_mended(office: Office) -> None:
    create(full())
    form = office.form(path("groups")).set("groups.1.weight", "很重")
    office.save(path("groups"), form)
    assert document()["groups"][1]["weight"] == "很重"
    form = office.form(path("groups")).set("groups.1.weight", " ６９．５ ")
    office.save(path("groups"), form)
    assert digest(document()) == digest(full())


def test_rows_are_added_moved_and_taken_away_without_being_saved(office: Office) -> None:
    create(full())
    form = office.form(path("groups")).set("groups.0.label", "县级领导")
    form = office.press(path("groups"), form, "add groups")
    form.set("groups.2.label", "群众").set("groups.2.weight", "10")
    form = office.press(path("groups"), form, "up groups.2")
    assert document() == full()
    office.save(path("groups"), form)
    assert [(row["key"], row["label"]) for row in document()["groups"]] == [
        ("A", "县级领导"), ("C", "群众"), ("B", "B票"),
    ]  # fmt: skip
    form = office.press(path("groups"), office.form(path("groups")), "drop groups.1")
    office.save(path("groups"), form)
    assert [row["key"] for row in document()["groups"]] == ["A", "B"]


@pytest.mark.parametrize("page", ["quotas", "groups"])
def test_the_last_row_of_a_list_is_taken_away_like_any_other(office: Office, page: str) -> None:
    create(full())
    form = office.form(path(page))
    for _ in document()[page]:
        form = office.press(path(page), form, f"drop {page}.0")
    form = office.press(path(page), form, f"drop {page}.0")
    office.save(path(page), form)
    assert not document().get(page)


def test_references_follow_a_group(office: Office) -> None:
    create(full())
    office.save(path("groups"), office.form(path("groups")).set("groups.1.key", "B2"))
    assert document()["sections"][0]["groups"] == ["A", "B2"]
    assert document()["ratees"][1]["groups"] == ["B2"]
    assert drafts.faults(document()) == ()
    form = office.press(path("groups"), office.form(path("groups")), "drop groups.0")
    office.save(path("groups"), form)
    assert document()["sections"][0]["groups"] == ["B2"]
    assert document()["questions"][1]["groups"] == []


def test_a_grade_taken_away_leaves_its_rates(office: Office) -> None:
    create(full())
    form = office.press(path("scales"), office.form(path("scales")), "drop scales.0.grades.1")
    office.save(path("scales"), form)
    assert document()["rates"][0]["grades"] == ["good"]


def test_a_rate_is_shown_once_under_its_grades(office: Office) -> None:
    create(full())
    page = office.get(path("scales"))
    labels = [rate["label"] for rate in full()["rates"]]
    assert len(re.findall(r'name="rates\.\d+\.label"', page)) == len(labels)
    assert "没有对应等次的比率" not in page


def test_a_question_takes_the_grades_of_a_scale_as_its_options(office: Office) -> None:
    create(full())
    assert "评分题" in office.get(path("questions"))
    form = office.press(path("questions"), office.form(path("questions")), "rating questions.1 four")
    office.save(path("questions"), form)
    question = document()["questions"][1]
    grades = document()["scales"][0]["grades"]
    assert (question["key"], question["kind"]) == ("problems", "choice")
    assert question["options"] == [{"key": one["key"], "label": one["label"]} for one in grades]
    assert "at_most" not in question
    before = document()
    for act in ("rating questions.9 four", "rating questions.x four", "rating questions.0 none"):
        form = office.press(path("questions"), office.form(path("questions")), act)
        office.save(path("questions"), form)
        assert document() == before, act


def test_points_in_common_use_are_put_in_at_once(office: Office) -> None:
    create(full())
    form = office.press(path("scales"), office.form(path("scales")), "points scales.0 100/70/0")
    office.save(path("scales"), form)
    assert [grade["points"] for grade in document()["scales"][0]["grades"]] == [100, 70, 0]


def test_abstention_can_be_taken_away_and_set_again(office: Office) -> None:
    create(full())
    office.save(path("scales"), office.form(path("scales")).set("scales.0.abstain.on"))
    assert "abstain" not in document()["scales"][0]
    form = office.form(path("scales")).set("scales.0.abstain.on", "1").set("scales.0.abstain.label", "弃权")
    office.save(path("scales"), form)
    assert document()["scales"][0]["abstain"] == {"label": "弃权"}


def test_times_are_read_on_the_campaigns_clock(office: Office) -> None:
    create(full())
    form = office.form(path("basics"))
    assert form.value("campaign.opens_at") == "2026-11-22T12:00"
    office.save(path("basics"), form.set("campaign.opens_at", "2026-11-22T08:30"))
    assert document()["campaign"]["opens_at"].isoformat() == "2026-11-22T08:30:00+08:00"
    office.save(path("basics"), office.form(path("basics")).set("campaign.time_zone", "Asia/Urumqi"))
    assert document()["campaign"]["opens_at"].isoformat() == "2026-11-22T08:30:00+06:00"
    office.save(path("basics"), office.form(path("basics")).set("campaign.opens_at", ""))
    assert "opens_at" not in document()["campaign"]


REPORT = "一、三项工作实绩：（1）修路；（2）供水；（3）清案。\n二、需要改进的一项：进度慢。"


def test_a_report_is_put_together_from_three_and_one(office: Office) -> None:
    create(full())
    one = path("ratees/1") + "?key=c2"
    form = office.form(one).set("form", "pieces")
    for number, text in enumerate(("修路。", "供水", "清案；", "进度慢")):
        form.set(f"piece.{number}", text)
    office.save(one, form)
    assert document()["ratees"][1]["statement"] == REPORT
    form = office.form(one)
    assert (form.value("form"), form.value("piece.0"), form.value("piece.3")) == ("pieces", "修路", "进度慢")
    office.save(one, form)
    assert document()["ratees"][1]["statement"] == REPORT
    office.save(one, office.form(one).set("form", "text").set("ratees.1.statement", "第一行\r\n第二行"))
    assert document()["ratees"][1]["statement"] == "第一行\n第二行"


def test_the_second_of_two_keeps_what_was_typed(app: Flask, office: Office) -> None:
    create(full())
    other = log_in(app, "王干事")
    mine = office.form(path("basics")).set("campaign.title", "我的题目")
    theirs = other.form(path("basics")).set("campaign.organiser", "别人填的单位")
    other.save(path("basics"), theirs)
    answer = office.send(path("basics"), mine)
    assert answer.status_code == 409
    assert "没有保存" in answer.text
    assert document()["campaign"]["title"] == "民主测评"
    again = next(form for form in forms(answer.text) if "version" in form.names())
    assert again.value("campaign.title") == "我的题目"
    office.save(path("basics"), again)
    assert document()["campaign"]["title"] == "我的题目"


def test_other_units_see_nothing(app: Flask, office: Office) -> None:
    create(full(), unit="市纪委")
    for page in (*SUBJECTS, "check", "definition", "definition.toml", "", "ratees/0"):
        office.get(path(page), 404)
    office.get("/admin/c/full-2026/preview", 404)
    office.get("/admin/new/copy/full-2026", 404)
    assert "full-2026" not in office.get("/admin/new")
    stolen = token(office)
    own = office.client.post(path("basics"), data={"csrf_token": stolen})
    assert own.status_code == 404
    log_in(app, "所有者", "owner", "").get(path("basics"))


def token(office: Office) -> str:
    return next(form for form in forms(office.get("/admin/new")) if "csrf_token" in form.names()).value(
        "csrf_token"
    )


def test_after_arming_everything_can_be_read_and_nothing_changed(office: Office) -> None:
    create(full())
    before = {page: office.form(path(page)) for page in SUBJECTS}
    with transaction(write=True) as session:
        campaigns.arm(session, "full-2026", Custody.SERVER, BY)
    for page in SUBJECTS:
        text = office.get(path(page))
        assert "测评内容不能再改" in text
        shown = [form for form in forms(text) if "version" in form.names()]
        assert all(form.disabled for form in shown)
        assert 'name="act" value="next"' not in text
        before[page].set("campaign.title", "晚了").set("groups.0.label", "晚了")
        office.save(path(page), before[page])
    assert document() == full()


def test_others_of_the_unit_may_read_and_change_nothing(app: Flask, office: Office) -> None:
    create(full())
    changing = office.form(path("basics")).set("campaign.title", "改了")
    for role in ("scrutineer", "viewer"):
        reader = log_in(app, role, role)
        assert reader.form(path("basics")).disabled
        assert 'name="act"' not in reader.get(path("ratees"))
        changing.set("csrf_token", reader.form(path("basics")).value("csrf_token"))
        assert reader.send(path("basics"), changing).status_code == 403
        reader.get("/admin/new", 403)
    assert document() == full()


def test_a_draft_is_thrown_away_when_its_code_was_typed(office: Office) -> None:
    create(full())
    form = office.form(path("check"), "typed")
    assert office.send(path("check"), form.set("typed", "full")).status_code == 422
    office.save(path("check"), form.set("typed", "full-2026"))
    office.get(path("basics"), 404)


def test_what_the_command_line_loaded_is_edited_on_the_pages(office: Office) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY, UNIT)
    office.save(path("basics", "small"), office.form(path("basics", "small")).set("campaign.title", "改过"))
    assert document("small")["campaign"]["title"] == "改过"
