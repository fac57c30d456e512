"""Names that are not on a list, without script: each mistake is told once, with links to mend it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.builders import open_campaign
from tests.web.voter.test_pages import stored

FILE = Path(__file__).parents[2] / "data" / "nomination.toml"
TICK = {"p1.vote": "yes"}


def nomination() -> dict[str, Any]:
    data = tomllib.loads(FILE.read_text("utf-8"))
    data["sections"][0]["write_in"] = 2
    data["quotas"][0]["at_most"] = 2
    return data


def written(*names: str, key: str = "list") -> dict[str, str]:
    return {f"{key}.write_in.{number}": name for number, name in enumerate(names, 1)}


def refused(client: Any, code: str, fields: dict[str, str]) -> list[tuple[str, list[str]]]:
    """Return the entries of the summary: the sentence, and the names that links are called by."""
    answer = client.post("/v/review", data={"code": code} | fields)
    assert answer.status_code == 422
    (box,) = re.findall(r'<div class="alert">(.*?)</ul>', answer.text, re.DOTALL)
    entries = re.findall(r"<li>(.*?)</li>", box, re.DOTALL)
    return [(re.findall(r"<p>(.*?)</p>", one)[0], re.findall(r"<b>(.*?)</b>", one)) for one in entries]


@pytest.mark.parametrize(
    ("fields", "own", "links"),
    [
        (TICK | written("候选2", "张三"), "在名单上", ["候选1", "候选2", "张三"]),
        (TICK | written("张三", "张 三"), "像是同一人", ["候选1", "张三", "张 三"]),
        (TICK | written("张" * 41, "李四"), "最多 40 字", ["候选1", "张" * 41, "李四"]),
    ],
)
def test_too_many_of_whom_one_is_at_fault_besides(
    app: Any, client: Any, fields: dict[str, str], own: str, links: list[str]
) -> None:
    code = open_campaign(app, nomination())["A"][0]
    found = refused(client, code, fields)
    (quota,) = [(text, names) for text, names in found if "最多推荐" in text]
    assert "最多推荐 2 人，您勾的和写的共 3 人" in quota[0]
    assert quota[1] == links
    assert [own in text for text, _ in found].count(True) == 1
    assert len(found) == 2
    assert stored(app) == 0


def test_two_lists_exceeded_in_the_same_words_are_two_entries(app: Any, client: Any) -> None:
    data = nomination()
    data["sections"].append(data["sections"][0] | {"key": "other", "title": "另一名单"})
    data["ratees"] += [{"key": f"o{n}", "section": "other", "name": f"候选{n}"} for n in (1, 2)]
    data["quotas"].append(data["quotas"][0] | {"section": "other"})
    code = open_campaign(app, data)["A"][0]
    names = ("张三", "李四")
    fields = written(*names) | written(*names, key="other") | {"p1.vote": "yes", "o1.vote": "yes"}
    assert [links for _, links in refused(client, code, fields)] == [["候选1", *names]] * 2
    fields = written(*names) | TICK
    assert [links for _, links in refused(client, code, fields)] == [["候选1", *names]]
