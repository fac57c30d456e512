"""A list with one box each, as requests go: an empty one is a ballot, one tick too many is refused."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.builders import close, count, open_campaign
from tests.web.voter.test_pages import JSON, hidden, stored

FILE = Path(__file__).parents[2] / "data" / "nomination.toml"


@pytest.fixture
def code(app: Any) -> str:
    return open_campaign(app, tomllib.loads(FILE.read_text("utf-8")))["A"][0]


def test_one_box_a_line_and_how_many_may_be_ticked(client: Any, code: str) -> None:
    page = client.post("/v/ballot", data={"code": code}).text
    assert page.count('type="checkbox" name="p1.vote" value="yes"') == 1
    assert 'type="radio"' not in page
    assert "最多勾 <b>2</b> 人" in page
    assert "没有勾的，计为“不推荐”" in page
    assert "作废，不计入结果。</p>" not in page
    assert client.post("/v/ballot", data={"code": code}, headers=JSON).json["fields"]["p1.vote"] == [
        "yes",
        "no",
    ]


def test_an_empty_list_has_no_blanks_and_is_not_spoiled(app: Any, client: Any, code: str) -> None:
    assert client.post("/v/review", data={"code": code}, headers=JSON).json == {"blank": 0, "spoiled": False}
    page = client.post("/v/review", data={"code": code}).text
    assert "一个人也没有勾" in page
    assert "没有勾的 6 人，计为“不推荐”" in page
    assert client.post("/v/cast", data={"code": code}, headers=JSON).status_code == 201
    close(app, "nominate")
    total = count(app, "nominate").count.accounting.total
    assert (total.valid, total.spoiled) == (1, 0)


def test_each_empty_list_is_asked_about_by_name(app: Any, client: Any) -> None:
    data = tomllib.loads(FILE.read_text("utf-8"))
    data["sections"].append(data["sections"][0] | {"key": "other", "title": "另一名单"})
    data["ratees"].append({"key": "o1", "section": "other", "name": "候选7"})
    data["quotas"].append(data["quotas"][0] | {"section": "other"})
    code = open_campaign(app, data)["A"][0]

    def asked(**ticks: str) -> list[str]:
        page = client.post("/v/review", data={"code": code} | ticks).text
        return re.findall(r"<p><span[^>]*>(\w+)</span>：一个人也没有勾</p>", page)

    assert asked() == ["推荐名单", "另一名单"]
    assert asked(**{"p1.vote": "yes"}) == ["另一名单"]
    review = client.post("/v/review", data={"code": code, "p1.vote": "yes", "o1.vote": "yes"}).text
    assert 'id="sure"' not in review


def test_the_whole_way_without_script(app: Any, client: Any, code: str) -> None:
    ballot = dict(hidden(client.post("/v/ballot", data={"code": code}).text))
    three = {f"p{number}.vote": "yes" for number in (1, 2, 3)}
    refused = client.post("/v/review", data={**ballot, **three})
    assert refused.status_code == 422
    assert "最多勾 2 人，您勾了 3 人。请去掉其中 1 人：" in refused.text
    assert refused.text.count(" checked") == 3
    review = client.post("/v/review", data={**ballot, "p1.vote": "yes", "p3.vote": "yes"})
    assert "没有勾的 4 人" in review.text
    assert client.post("/v/cast", data=dict(hidden(review.text))).status_code == 201
    assert stored(app) == 1


def test_the_refusal_in_json_names_every_line(client: Any, code: str) -> None:
    three = {f"p{number}.vote": "yes" for number in (1, 2, 3)}
    answer = client.post("/v/cast", data={"code": code, **three}, headers=JSON)
    assert answer.status_code == 422
    said = "最多勾 2 人，您勾了 3 人：候选1、候选2、候选3。请去掉其中 1 人"
    assert answer.json["fields"] == dict.fromkeys(three, said)
    assert client.post("/v/cast", data={"code": code, "p1.vote": "-"}, headers=JSON).status_code == 422
