"""Publishing on the organisers' pages: chosen, previewed as readers will see it, published, withdrawn."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask

from survey.domain.definition.campaign import Publication, State
from survey.domain.publication.edition import Choice, Edition, everything
from survey.services.campaigns import campaigns, trial
from survey.services.results import publishing
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import now
from tests.builders import BY, a_definition, example
from tests.counted import counted, made_up, put
from tests.documents.read_back import name_in
from tests.office import Office
from tests.published import campaign_of, certified, own, publish, withdraw

PAGE = "/admin/c/small"
LATER = "2099-01-01T00:00"
USUAL: dict[str, Any] = {
    "level": "public",
    "sections": ["form"],
    "tables": ["accounting", "ranking", "values", "groups"],
}


def known(code: str = "small") -> list[Edition]:
    with transaction() as session:
        return publishing.editions(session, campaigns.find_campaign(session, code))


def preview(office: Office, **fields: Any) -> Any:
    return office.client.get(f"{PAGE}/publish/preview", query_string=USUAL | fields)


def stage_now(text: str) -> str:
    [found] = re.findall(r'<li class="now" aria-current="step"><b>([^<]+)</b>', text)
    return str(found)


def test_published_by_link_then_to_all_then_withdrawn(app: Flask) -> None:
    counted(a_definition())
    office = Office(app)
    assert office.get(f"{PAGE}/publish").status_code == 409
    assert "签字确认以后" in office.page.text
    assert office.post(f"{PAGE}/publish", **USUAL).status_code == 409
    assert office.post(f"{PAGE}/publish/withdraw").status_code == 409
    assert known() == []
    with transaction(write=True) as session:
        campaign_rows.set_state(session, campaigns.find_campaign(session, "small"), State.CERTIFIED)
    reader = app.test_client()
    assert "/admin/c/small/publish" in office.get(PAGE).text
    assert office.get(f"{PAGE}/publish").status_code == 200
    page = office.post(f"{PAGE}/publish", follow=True, **USUAL | {"level": "link"})
    [link] = re.findall(r'href="http://127.0.0.1:8000(/r/small\?k=[^"]+)"', page.text)
    assert reader.get(link).status_code == 200
    assert reader.get("/r/small").status_code == 404
    assert stage_now(office.get(PAGE).text) == "已公布"
    assert link in office.page.text
    office.post(f"{PAGE}/publish", **USUAL, note="改为公开")
    assert reader.get("/r/small").status_code == 200
    page = office.post(f"{PAGE}/publish/withdraw", follow=True)
    assert "现在没有人能打开" in page.text
    assert reader.get("/r/small").status_code == 404
    assert stage_now(office.get(PAGE).text) == "已确认"
    assert campaign_of("small").publication is Publication.WITHDRAWN


def test_the_preview_is_what_readers_see(app: Flask) -> None:
    definition = certified(example("town-annual"), {"A": 11, "B": 38, "C": 90})
    office = Office(app)
    here = "/admin/c/town-annual/publish"
    asked = "level=public&sections=team-form&tables=values&persons=y&own=groups&own=mean&until=" + LATER
    page = office.get(f"{here}/preview?{asked}")
    assert page.status_code == 200
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frames = [found.replace("&amp;", "&") for found in re.findall(r'<iframe src="([^"]+)"', page.text)]
    assert frames == [f"{here}/specimen/page?{asked}", f"{here}/specimen/person?{asked}"]
    specimens = [office.client.get(frame) for frame in frames]
    for one in specimens:
        assert "sandbox" in one.headers["Content-Security-Policy"]
        assert "form-action 'none'" in one.headers["Content-Security-Policy"]
    other = office.client.get(f"{here}/specimen/person?{asked}&of=c3").text
    assert known("town-annual") == []
    fields = {name: [] for name, _ in re.findall(r'name="(\w+)" value="([^"]*)"', page.text)}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text):
        fields[name] = [*fields[name], value] if value not in fields[name] else fields[name]
    office.post(here, **{name: values for name, values in fields.items() if name != "csrf_token"})
    (edition,) = known("town-annual")
    assert edition.choice == Choice(
        ("team-form",), accounting=False, ranking=False, groups=False, questions=False, breakdowns=False
    )
    assert edition.personal
    assert (edition.personal.groups, edition.personal.mean, edition.personal.rank) == (True, True, False)
    reader = app.test_client()
    links = office.get(f"{here}/links").text
    mine = re.findall(r'value="http://127.0.0.1:8000(/r/[^"]+)"', links)
    assert len(mine) == len(definition.ratees)
    for specimen, address in zip(specimens, ("/r/town-annual", mine[0]), strict=True):
        read = reader.get(address).text
        assert same(specimen.text) == same(read)
    assert same(other) == same(reader.get(mine[3]).text)


def test_the_preview_warns_of_what_tells_more_together(app: Flask) -> None:
    certified(example("public-satisfaction"), {"public": 30})
    office = Office(app)

    def warned(*tables: str) -> bool:
        section = next(iter(campaign_of("public-satisfaction").definition.section))
        asked = {"level": "public", "sections": section, "tables": tables, "note": "更正"}
        page = office.client.get("/admin/c/public-satisfaction/publish/preview", query_string=asked)
        assert page.status_code == 200
        return "可能推算出不予显示的数" in page.text

    assert warned("values", "groups", "breakdowns")
    assert not warned("values", "groups")
    assert not warned("values", "breakdowns")
    definition = campaign_of("public-satisfaction").definition
    publish("public-satisfaction", choice=replace(everything(definition), breakdowns=False))
    withdraw("public-satisfaction")
    assert warned("values", "breakdowns")  # readers have seen the groups


def same(page: str) -> str:
    """Return a page without what is known only once it is published: the moment, and its own address."""
    page = re.sub(r"，[^，<]+公布</p>", "", page)
    return re.sub(r'href="/r/[^"]+"', "", page)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"level": ""}, "请选择给谁看。"),
        ({"level": "withdrawn"}, "请选择给谁看。"),
        ({"sections": []}, "请至少选一张测评表。"),
        ({"sections": ["gone"]}, "请从列出的里选择。"),
        ({"tables": ["groups"]}, "请至少选一项内容。"),
        ({"tables": ["breakdowns"]}, "请从列出的里选择。"),
        ({"level": "person"}, "请填写日期和时间。"),
        ({"persons": "y", "until": "明天"}, "请填写日期和时间。"),
        ({"persons": "y", "until": "2001-01-01T00:00"}, "有效期必须晚于现在。"),
        ({"persons": "y", "until": LATER, "own": ["rank"]}, "请从列出的里选择。"),
        ({"note": "长" * 301}, "最多 300 个字。"),
    ],
)
def test_faults_are_named_and_nothing_typed_is_lost(app: Flask, fields: dict[str, Any], said: str) -> None:
    certified(a_definition())
    publish("small")
    office = Office(app)
    typed = {"note": "我写的说明"} | fields
    page = preview(office, **typed)
    assert page.status_code == 422
    assert page.text.count(said) == 2, "on top, and at its field"
    for name, value in typed.items():
        if name in ("note", "until"):
            assert str(value) in page.text
    office.get(f"{PAGE}/publish")
    assert office.post(f"{PAGE}/publish", **USUAL | typed).status_code == 422
    assert len(known()) == 1


def test_a_correction_says_what_it_corrects(app: Flask) -> None:
    certified(a_definition())
    office = Office(app)
    assert "更正说明" not in office.get(f"{PAGE}/publish").text
    assert preview(office).status_code == 200
    publish("small")
    assert "更正说明" in office.get(f"{PAGE}/publish").text
    assert "请写明这一版更正了什么" in preview(office).text
    assert preview(office, note="更正了职务").status_code == 200


def test_the_page_begins_with_what_was_chosen_last(app: Flask) -> None:
    certified(a_definition())
    publish("small", Publication.LINK, Choice(("form",), ranking=False), own(groups=False))
    page = Office(app).get(f"{PAGE}/publish").text
    ticked = re.findall(r'<input checked id="([\w-]+)"', page)
    assert ticked == ["level-1", "sections-0", "tables-0", "tables-2", "tables-3", "persons", "own-1"]
    assert "第 1 版，凭链接。" in page


def test_back_from_the_preview_nothing_chosen_is_lost(app: Flask) -> None:
    certified(a_definition())
    office = Office(app)
    chosen = {"level": "link", "sections": "form", "tables": "values", "note": "写好的说明"}
    page = office.client.get(f"{PAGE}/publish", query_string=chosen)
    assert page.status_code == 200
    ticked = re.findall(r'<input checked id="([\w-]+)"', page.text)
    assert ticked == ["level-1", "sections-0", "tables-2"]
    assert "还没有保存" not in page.text


def test_links_for_all_persons(app: Flask) -> None:
    data = a_definition()
    data["ratees"][0] |= {"name": "=干部", "post": "书记", "unit": "办公室"}
    certified(data)
    office = Office(app)
    assert office.get(f"{PAGE}/publish/links").status_code == 404
    for ending in ("csv", "pdf"):
        assert office.get(f"{PAGE}/publish/links.{ending}").status_code == 404
    publish("small")
    assert office.get(f"{PAGE}/publish/links").status_code == 404
    publish("small", Publication.PERSON, personal=own(), note="改")
    page = office.get(f"{PAGE}/publish/links").text
    answer = office.client.get(f"{PAGE}/publish/links.csv")
    assert answer.data.startswith("\ufeff".encode())
    assert name_in(answer) == "小型测评 个人结果链接.csv"
    slips = office.client.get(f"{PAGE}/publish/links.pdf")
    assert slips.data.startswith(b"%PDF")
    assert name_in(slips) == "小型测评 个人结果链接单.pdf"
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head == ["姓名", "职务", "单位", "链接", "有效期至"]
    assert rows[0][:3] == ["'=干部", "书记", "办公室"]
    for row, key in zip(rows, ("c1", "c2", "c3"), strict=True):
        assert f'value="{row[3]}"' in page
        found = app.test_client().get(row[3].removeprefix("http://127.0.0.1:8000") + "/data.json").json
        assert [one["ratee"] for one in found["ratees"]] == [key]


def test_a_trial_cannot_be_published(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
        tried = trial.begin(session, "small", BY)
    put(tried.definition, made_up(tried.definition, {}, Random(1)))
    with transaction(write=True) as session:
        found = campaigns.find_campaign(session, tried.code)
        campaign_rows.set_state(session, found, State.CERTIFIED)
    office = Office(app)
    page = office.get(f"/admin/c/{tried.code}/publish")
    assert page.status_code == 409
    assert "试投的结果不能公布" in page.text
    office.get(f"/admin/c/{tried.code}")
    assert office.post(f"/admin/c/{tried.code}/publish", **USUAL).status_code == 409
    assert known(tried.code) == []


def test_what_was_published_is_in_the_log_in_words(app: Flask) -> None:
    certified(a_definition())
    publish("small", Publication.PERSON, personal=own())
    log = Office(app).get("/admin/log?campaign=small").text
    assert "给每位测评对象发了看自己结果的链接。这是第 1 版。" in log


def test_links_that_have_ended_are_said_to(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from survey.web.admin.results import publishing as pages

    certified(a_definition())
    publish("small", Publication.PERSON, personal=own())
    office = Office(app)
    assert "各人的链接</a>" in office.get(f"{PAGE}/publish").text
    later = now() + timedelta(days=31)
    monkeypatch.setattr(pages, "now", lambda: later)
    assert "已经到期" in office.get(f"{PAGE}/publish").text
