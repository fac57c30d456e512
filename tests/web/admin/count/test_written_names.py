"""The page on which two people say whom written names mean: alone first, then together."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from survey.services.count import certifying
from survey.storage.accounts.account_rows import find_account
from survey.storage.database import transaction
from survey.storage.tables import CampaignRow
from survey.web.admin.count import written_names as page_of_names
from tests.builders import BY
from tests.desk import Desk
from tests.name_tellers import counted

HERE = "/admin/c/nominate/names"


def office(app: Flask, names: list[str]) -> tuple[Desk, Desk]:
    counted(app, names)
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(unit="组织部"))
    return Desk(app, "scrutineer", "组织部", name="甲"), Desk(app, "organiser", "组织部", name="乙")


def keys(page: str) -> dict[str, str]:
    found = re.findall(r'<li id="n-(\w+)">\s*<fieldset.*?<bdi class="words">(.*?)</bdi>', page, re.DOTALL)
    return {wording: key for key, wording in found}


def choose(desk: Desk, **said: str) -> Any:
    """Press for each wording: a name, or nothing for nobody."""
    found = keys(desk.get(HERE).text)
    fields: dict[str, str] = {}
    for wording, name in said.items():
        key = found[wording]
        fields |= {f"choice.{key}": "person" if name else "nobody", f"name.{key}": name, f"post.{key}": ""}
    return desk.post(HERE, fields)


def test_two_decide_each_alone_and_meet_where_they_differ(app: Flask) -> None:
    first, second = office(app, ["张三", "小张"])
    assert "张三" not in first.get(HERE).text
    assert "还没有全部认定" in first.get("/admin/c/nominate/count").text
    assert "2 种写法" not in first.get(HERE).text
    assert 'href="/admin/c/nominate/names"' in first.get("/admin/c/nominate").text
    for desk in (first, second):
        assert desk.post(f"{HERE}/part", {}, HERE).status_code == 303
    assert choose(first, 张三="张三", 小张="张三").status_code == 303
    page = second.get(HERE).text
    assert "等您认定" in page
    assert "甲</span>：" not in page
    assert choose(second, 张三="张三", 小张="").status_code == 303
    page = first.get(HERE).text
    assert "两人认定不一致" in page
    assert "乙</span>：<b>不计票</b>" in page
    choose(second, 小张="张三")
    assert "没有了" in first.get(HERE).text
    assert "去签字" in first.get("/admin/c/nominate/count").text


def test_what_cannot_be_a_person_is_said_at_its_wording_and_all_stays_typed(app: Flask) -> None:
    first, _ = office(app, ["张三", "小张"])
    first.post(f"{HERE}/part", {}, HERE)
    answer = choose(first, 张三="候选1", 小张="李四")
    assert answer.status_code == 422
    assert "这个人在名单上" in answer.text
    assert 'value="李四"' in answer.text
    assert "没有新的认定" in first.get(first.post(HERE, {}).location).text


def test_who_takes_no_part_decides_nothing_and_a_campaign_without_names_has_no_page(app: Flask) -> None:
    first, _ = office(app, ["张三"])
    assert first.post(HERE, {}).status_code in (403, 409)
    assert Desk(app, "viewer", "组织部").get(HERE).status_code == 403


def test_names_and_votes_stand_on_the_pages_of_results_once_they_are_signed(app: Flask) -> None:
    first, second = office(app, ["张三", "张三", "张三", "张三", "张三", "李四"])
    viewer = Desk(app, "viewer", "组织部", name="看")
    nothing = {"section": "list", "named": [], "few": None, "nobody": None, "unsigned": True}
    for desk in (first, second):
        desk.post(f"{HERE}/part", {}, HERE)
        choose(desk, 张三="张三")
        assert viewer.get("/admin/c/nominate/results.json").json["names"] == [nothing]
        page = viewer.get("/admin/c/nominate/results").text
        assert "签字确认后列出" in page
        assert "张三" not in page
    for desk in (first, second):
        choose(desk, 李四="李四")
    assert "张三" not in viewer.get("/admin/c/nominate/results").text
    assert "张三" not in Desk(app, "owner", name="王主任").get(HERE).text
    page = Desk(app, "scrutineer", "组织部", name="监票人").get(HERE).text
    assert "将签字确认的结果" in page
    assert "张三" in page
    assert "李四" not in page
    with transaction(write=True) as session:
        signers = [find_account(session, name) for name in ("甲", "监票人")]
        certifying.certify(session, "nominate", *signers, BY)
    page = second.get("/admin/c/nominate/results").text
    assert "另荐人选" in page
    assert "张三" in page
    assert "其他1人" not in page
    assert "李四" not in page
    found = second.get("/admin/c/nominate/results.json").json
    assert found["names"][0]["named"] == [{"name": "张三", "post": "", "votes": 5}]


def test_a_page_has_so_many_wordings_and_each_goes_its_own_way(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_names, "PAGE_WORDINGS", 2)
    first, _ = office(app, ["张三", "李四", "王五", "赵六", "孙七"])
    first.post(f"{HERE}/part", {}, HERE)
    found = [keys(first.get(f"{HERE}?page={number}").text) for number in (1, 2, 3)]
    assert [len(one) for one in found] == [2, 2, 1]
    (wording, key), *_rest = found[2].items()
    sent = {f"choice.{key}": "person", f"name.{key}": wording, f"post.{key}": "", f"loaded.{key}": ""}
    answer = first.post(f"{HERE}?page=3", sent, HERE)
    assert answer.location.endswith("page=3")
    stale = first.post(f"{HERE}?page=1", sent | {f"name.{key}": "周八"}, HERE)
    assert stale.status_code == 422
    assert "您在别处改过" in stale.text
    assert f'value="{wording}"' in stale.text


def test_whoever_decides_sees_who_is_on_the_list(app: Flask) -> None:
    first, second = office(app, ["张三", "李四"])
    first.post(f"{HERE}/part", {}, HERE)
    assert "名单上的" in first.get(HERE).text
    assert "名单上的" not in second.get(HERE).text
    answer = choose(first, 张三="候选1")
    assert answer.status_code == 422
    assert "<bdi>张三</bdi>：这个人在名单上" in answer.text
