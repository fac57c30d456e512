"""Published results: pages and files say what was chosen, all of it, and the same."""

import io
import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from survey.documents.export.formats import Audience, offered_to
from survey.documents.export.results_json import results_json
from survey.domain.count.kept_texts import WrittenText
from survey.domain.count.results import Results
from survey.domain.decisions.entries import Vetoed
from survey.domain.definition.campaign import Definition, Publication
from survey.domain.publication.edition import Choice, Personal, everything, flags
from survey.services.results import comments, publishing
from survey.services.results.comments import Moderation
from survey.storage import count_rows, publication_rows
from survey.storage.database import transaction
from survey.web.public import kept, pages
from tests.builders import BY, a_definition, example
from tests.documents.read_back import name_in
from tests.published import campaign_of, certified, link_of, own, page_link, publish, withdraw
from tests.tables import tables

WITHHELD = "样本过小，不予显示"
NOTHING = dict.fromkeys(flags(Choice), False)


@pytest.fixture
def town(app: Flask) -> Definition:
    """A campaign with ranks and bands, of which a group is small."""
    data = example("town-annual")
    data["results"]["rank"] = True
    return certified(data, {"A": 4, "B": 38, "C": 90})


def written(code: str, *texts: str, subject: str) -> None:
    """Add texts and release them."""
    found = campaign_of(code)
    with transaction(write=True) as session:
        count_rows.add_texts(session, found, [WrittenText("comment", subject, one) for one in texts])
        waiting = comments.queue(session, code, Moderation.WAITING).texts
        comments.release(session, code, [text.key for text in waiting], BY)


def value(code: str) -> dict[str, Any]:
    with transaction() as session:
        campaign, results, _ = publishing.results(session, code)
    return json.loads(json.dumps(results_json(results, campaign.state)))


def test_nothing_is_read_before_it_is_published(client: FlaskClient, town: Definition) -> None:
    for end in ("", ".json", ".csv", ".xlsx", ".pdf", "?k=x"):
        assert client.get(f"/r/town-annual{end}").status_code == 404
    publish("town-annual")
    for end in ("", ".json", ".csv", ".xlsx"):
        assert client.get(f"/r/town-annual{end}").status_code == 200
    assert client.get("/r/town-annual.pdf").status_code == 404
    withdraw("town-annual")
    for end in ("", ".json", ".csv", ".xlsx"):
        assert client.get(f"/r/town-annual{end}").status_code == 404


def test_a_link_holds_through_a_correction_and_ends_with_a_withdrawal(
    client: FlaskClient, town: Definition
) -> None:
    publish("town-annual", Publication.LINK)
    path, _, query = page_link("town-annual").partition("?")
    for end in ("", ".json", ".csv", ".xlsx"):
        assert client.get(f"{path}{end}").status_code == 404
        assert client.get(f"{path}{end}?{query}").status_code == 200
        assert client.get(f"{path}{end}?{query[:-1]}").status_code == 404
    page = client.get(f"{path}?{query}").text
    assert f'href="/r/town-annual.csv?{query}"' in page
    assert f'href="/r/town-annual?{query}&amp;lang=en"' in page
    publish("town-annual", Publication.LINK, note="更正")
    assert client.get(f"{path}?{query}").status_code == 200
    withdraw("town-annual")
    publish("town-annual", Publication.LINK)
    assert client.get(f"{path}?{query}").status_code == 404
    assert client.get(page_link("town-annual")).status_code == 200


def test_to_each_their_own_is_no_page_for_all(client: FlaskClient, town: Definition) -> None:
    edition = publish("town-annual", Publication.PERSON, personal=own())
    for path in ("/r/town-annual", "/r/town-annual.json", page_link("town-annual")):
        assert client.get(path).status_code == 404
    assert client.get(link_of("town-annual", "c1", edition)).status_code == 200


@pytest.mark.parametrize(
    ("sample", "sizes"),
    [
        ("town-annual", {"A": 4, "B": 38, "C": 90}),
        ("public-satisfaction", {"public": 60}),
        ("one-report-two-reviews", {"A": 17, "B": 55}),
    ],
)
def test_the_page_is_the_json(client: FlaskClient, sample: str, sizes: dict[str, int]) -> None:
    definition = certified(example(sample), sizes)
    publish(sample)
    said = client.get(f"/r/{sample}.json").json
    before = value(sample)
    assert {part: said[part] for part in before} == before
    page = tables(client.get(f"/r/{sample}").text)
    read = {table.label: table for table in page}
    for section in definition.sections:
        table = read[f"{section.title}，各项目票数和占比"]
        rows = [[cell.text for cell in row] for row in table.rows if row[0].columns < 9]
        wanted = wanted_rows(definition, section.key, said)
        assert len(rows) == len(wanted)
        for row, (head, numbers) in zip(rows, wanted, strict=True):
            texts = row[1:] if head and row[0] == head else row
            assert (row[0] == head) is bool(head)
            # Where all voters are of one group, no column says whose ratings a row has.
            texts = texts if definition.has_one_group else texts[1:]
            if numbers is None:
                assert texts[0].startswith(WITHHELD)
            else:
                assert [text.rstrip("%") for text in texts[:-1] if text] == numbers
        ranking = read[f"{section.title}，得分"]
        shown = {one["ratee"]: one["weighted"] for one in said["ratees"]}
        for ratee in definition.ratees_of(section):
            (row,) = [one for one in ranking.rows if ratee.name in [cell.text for cell in one]]
            texts = [cell.text for cell in row]
            known = shown[ratee.key]
            assert (known in texts) if known else any(text.startswith(WITHHELD) for text in texts)


def wanted_rows(
    definition: Definition, section: str, said: dict[str, Any]
) -> list[tuple[str, list[str] | None]]:
    """List the rows of a section's table: the head of the first of each cell, then its numbers."""
    found: list[tuple[str, list[str] | None]] = []
    form = definition.section[section]
    ratees = definition.ratees_of(form)
    scale = definition.scale[form.scale]
    for criterion in form.criteria:
        for ratee in ratees:
            cells = [c for c in said["cells"] if (c["ratee"], c["criterion"]) == (ratee.key, criterion.key)]
            hidden = [
                w
                for w in said["withheld"]
                if (w["ratee"] if "row" in w and "criterion" in w else "") == ratee.key
                and w["criterion"] == criterion.key
            ]
            order = ["group", "pooled", "weighted"]
            rows = sorted([*cells, *hidden], key=lambda one: order.index(one["row"]))
            rows = [one for one in rows if one["row"] == "pooled"] if definition.has_one_group else rows
            head = criterion.label if len(ratees) == 1 else ratee.name
            for row in rows:
                found.append((head, None if "why" in row else numbers(row, scale.counts_abstentions)))
                head = ""
    return found


def numbers(row: dict[str, Any], abstentions: bool) -> list[str]:
    """List the numbers of a row as the page has them in its columns."""
    found = [row.get("answered")]
    for key, share in row["shares"].items():
        counts = {**row.get("counts", {}), "-": row.get("abstained")}
        found += [counts.get(key), share]
    found += [] if abstentions else [row.get("abstained")]
    found += [row.get("blank"), *row["rates"].values(), row["score"]]
    return [str(one) for one in found if one is not None]


def test_only_what_was_chosen_is_on_the_page_and_in_the_files(client: FlaskClient, town: Definition) -> None:
    chosen = Choice(("team-form",), **(NOTHING | {"values": True}))
    publish("town-annual", choice=chosen)
    page = client.get("/r/town-annual").text
    narrow, wide = (table.label for table in tables(page))
    assert (narrow, wide) == ("镇领导班子 各项目票数和占比", "领导班子民主测评表，各项目票数和占比")
    said = client.get("/r/town-annual.json").json
    assert {cell["ratee"] for cell in said["cells"]} == {"team"}
    assert {cell["row"] for cell in said["cells"]} <= {"pooled", "weighted"}
    assert said["ratees"] == said["questions"] == said["breakdowns"] == said["texts"] == []
    assert said["accounting"] == {"groups": [], "total": None}
    csv = client.get("/r/town-annual.csv").data.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get("/r/town-annual.xlsx").data))
    cells = repr([[cell.value for row in sheet for cell in row] for sheet in book])
    for text in (page, csv, cells, json.dumps(said, ensure_ascii=False)):
        for absent in ("干部甲", "cadre-form", '"c1"', "领导干部民主测评表", "票数统计"):
            assert absent not in text
    assert "领导班子民主测评表" in csv
    assert "领导班子民主测评表" in cells


@pytest.mark.parametrize("left_out", flags(Choice))
def test_every_part_can_be_left_out(client: FlaskClient, left_out: str) -> None:
    data = example("public-satisfaction")
    data["sections"][0]["comment"] = True
    definition = certified(data, {"public": 60})
    written("public-satisfaction", "请放行的意见", subject=f"section:{definition.sections[0].key}")
    found = campaign_of("public-satisfaction")
    with transaction(write=True) as session:
        content = Vetoed("不合格", "县委", BY.at.date(), "认定的理由", "")
        publication_rows.add_entry(session, found, definition.ratees[0].key, content, "x", BY.at)
    whole = replace(everything(definition), comments=True, decisions=True)
    publish("public-satisfaction", choice=whole)
    full = client.get("/r/public-satisfaction").text
    publish("public-satisfaction", choice=replace(whole, **{left_out: False}), note="更正")
    part = client.get("/r/public-satisfaction").text
    marks = {
        "accounting": "票数账目",
        "ranking": "，得分",
        "values": "各项目票数和占比",
        "groups": "",
        "questions": '<h2 id="questions">',
        "breakdowns": "按“",
        "comments": "请放行的意见",
        "decisions": "认定的理由",
    }
    for name, mark in marks.items():
        assert mark in full, name
        assert not mark or (mark in part) is (name != left_out), name
    assert ('<td class="scope">公众' in part) is False or left_out != "groups"
    for kind in offered_to(Audience.READERS):
        assert client.get(f"/r/public-satisfaction.{kind}").status_code == 200


def test_a_correction_shows_as_one(client: FlaskClient, town: Definition) -> None:
    publish("town-annual")
    first = client.get("/r/town-annual").text
    assert "第 1 版，2026 年 11 月 22 日 17:00 公布" in first
    assert "更正" not in first
    assert "以前的版本" not in first
    publish("town-annual", choice=Choice(("team-form",)), note="干部丙的职务写错了")
    page = client.get("/r/town-annual").text
    assert "第 2 版" in page
    assert "这一版更正了什么" in page
    assert "干部丙的职务写错了" in page
    assert "第 1 版，2026 年 11 月 22 日 17:00 公布" in page
    assert "以前的版本只列日期，内容不再提供。" in page
    assert "干部甲" not in page
    edition = client.get("/r/town-annual.json").json["edition"]
    assert (edition["number"], edition["note"]) == (2, "干部丙的职务写错了")
    csv = client.get("/r/town-annual.csv").data.decode("utf-8-sig")
    assert "版本,第2版，2026-11-22 17:00公布" in csv
    assert "更正说明,干部丙的职务写错了" in csv


def test_definitions_and_reasons_stand_under_the_tables(client: FlaskClient, town: Definition) -> None:
    publish("town-annual")
    page = client.get("/r/town-annual").text
    for note in (
        "优秀称职合计 = ",
        "占比 = 该等次票数 ÷ 作答票数。",
        "保留2位小数",
        "A票(县级领导) 30、B票(中层干部) 30",
    ):
        assert page.count(note) >= 2, note
    assert f"{WITHHELD} ②" in page
    assert "② 这一项有票种作答不足 5 人" in page
    publish("town-annual", choice=replace(everything(town), values=False, groups=False))
    page = client.get("/r/town-annual").text
    assert f"{WITHHELD} ②" in page
    assert "② 这一项有票种作答不足 5 人" in page


def test_what_is_taken_out_of_sight_is_gone_at_once(client: FlaskClient, town: Definition) -> None:
    written("town-annual", "一条意见", "另一条 <b>意见</b>", subject="section:team-form")
    publish("town-annual", choice=replace(everything(town), comments=True))
    page = client.get("/r/town-annual").text
    assert "一条意见" in page
    assert "另一条 &lt;b&gt;意见&lt;/b&gt;" in page
    assert "一条意见" in client.get("/r/town-annual.csv").text
    with transaction(write=True) as session:
        (text,) = [one for one in comments.released(session, "town-annual") if one.text == "一条意见"]
        comments.withhold(session, "town-annual", [text.key], BY)
    for end in ("", ".csv", ".json"):
        assert "一条意见" not in client.get(f"/r/town-annual{end}").text
    assert "另一条" in client.get("/r/town-annual").text


def test_texts_about_what_is_not_shown_are_not_shown(client: FlaskClient, town: Definition) -> None:
    written("town-annual", "关于班子", subject="section:team-form")
    written("town-annual", "关于干部", subject="ratee:c1")
    chosen = replace(everything(town), sections=("team-form",), comments=True)
    publish("town-annual", choice=chosen)
    page = client.get("/r/town-annual").text
    assert "关于班子" in page
    assert "关于干部" not in page


def test_a_page_is_made_once_for_each_edition_and_language(
    app: Flask, client: FlaskClient, town: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    work_out = publishing.results
    monkeypatch.setattr(publishing, "results", lambda *args: made.append(1) or work_out(*args))
    publish("town-annual")
    first = client.get("/r/town-annual")
    for address in ("/r/town-annual", "/r/town-annual?utm=x", "/r/town-annual?lang=zh"):
        again = client.get(address)
        assert again.data == first.data
        assert again.headers["Cache-Control"] == "no-store"
    assert len(made) == 1
    packed = client.get("/r/town-annual", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(first.data) / 4
    client.get("/r/town-annual?lang=en")
    client.get("/r/town-annual.json")
    client.get("/r/town-annual.json?lang=en")
    assert len(made) == 3
    publish("town-annual", note="更正")
    assert "第 2 版" in client.get("/r/town-annual").text
    assert len(made) == 4


def test_memory_is_bounded() -> None:
    made = []

    def make(size: int) -> Any:
        made.append(size)
        return random.Random(size).randbytes(size), "text/html"

    memory = kept.AnswerCache(most=2500)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert len(memory.get(name, lambda: make(1000)).plain) == 1000
    assert 4 <= len(made) <= 5, "there is room for two of the three"
    del made[:]
    assert len(memory.get("large", lambda: make(5000)).plain) == 5000
    memory.get("b", lambda: make(1000))
    assert made == [5000], "what is too large to be kept drives nothing out"


def test_public_pages_carry_nothing_of_the_office(client: FlaskClient, town: Definition) -> None:
    edition = publish("town-annual", personal=own())
    for address in (
        "/r/town-annual",
        "/r/town-annual?lang=en",
        link_of("town-annual", "c1", edition),
        "/r/none",
    ):
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        for absent in ("<script", "office", "/admin", "style="):
            assert absent not in answer.text, (address, absent)
        assert "/static/css/public.css" in answer.text


def test_another_language_stays_with_the_link(client: FlaskClient, town: Definition) -> None:
    edition = publish("town-annual", personal=own())
    for address in ("/r/town-annual", link_of("town-annual", "c1", edition)):
        page = client.get(f"{address}?lang=en").text
        assert '<html lang="en">' in page
        assert f'href="{address}" lang="zh-CN"' in page
        assert 'lang="zh-CN">2026年度' in page


def test_a_small_and_unwritten_campaign(client: FlaskClient) -> None:
    """Groups without a vote, a ratee whom nobody rated: nothing to divide by, nothing to draw."""
    certified(a_definition(), {"A": 0, "B": 0})
    edition = publish("small", personal=own())
    for address in ("/r/small", "/r/small.csv", "/r/small.xlsx", link_of("small", "c1", edition)):
        assert client.get(address).status_code == 200
    assert "没有数据" in client.get("/r/small").text


def test_links_that_end_are_named_in_the_campaigns_zone(client: FlaskClient) -> None:
    campaign = a_definition()["campaign"] | {"time_zone": "Asia/Urumqi"}
    certified(a_definition(campaign=campaign))
    personal = Personal(datetime(2099, 12, 31, 12, 0, tzinfo=UTC))
    edition = publish("small", Publication.PERSON, personal=personal)
    assert "2099 年 12 月 31 日 18:00 以前有效" in client.get(link_of("small", "c1", edition)).text


def test_data_of_a_page_is_saved_under_the_name_of_the_campaign(
    client: FlaskClient, town: Definition
) -> None:
    publish("town-annual")
    for _ in range(2):
        answer = client.get("/r/town-annual.csv")
        assert name_in(answer) == f"{town.title} 测评结果.csv"
        assert answer.headers["Content-Disposition"].startswith('inline; filename="town-annual.csv"')


def leaves(client: FlaskClient, address: str) -> list[str]:
    """Return the pages of an edition, from the one with this address on."""
    found = []
    while address:
        found.append(client.get(address).text)
        link = re.search(r'<a href="([^"]*)" rel="next">', found[-1])
        address = link[1].replace("&amp;", "&") if link else ""
    return found


def test_of_very_many_each_page_shows_some_and_a_list_says_where(
    client: FlaskClient, town: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_ON_ONE_PAGE", 5)
    monkeypatch.setattr(pages, "RATEES_OF_A_PAGE", 4)
    publish("town-annual")
    shown = leaves(client, "/r/town-annual")
    assert len(shown) == -(-len(town.ratees) // 4)
    for ratee in town.ratees:
        there = [number for number, page in enumerate(shown, 1) if f"<b>{ratee.name}</b>" in page]
        assert len(there) == 1
        link = re.search(rf'<a href="([^"]*)"[^>]*>{ratee.name}</a>', shown[-1])
        assert link
        assert f"<b>{ratee.name}</b>" in client.get(link[1]).text
    assert ["票数账目" in page for page in shown] == [True] + [False] * (len(shown) - 1)
    assert all("计票摘要" in page for page in shown)
    whole = {str(one.weighted) for one in results_of("town-annual").ratees if one.weighted is not None}
    assert all(any(score in page for page in shown) for score in whole)


def test_a_page_that_is_not_there_is_the_nearest_and_is_not_made_again(
    client: FlaskClient, town: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_ON_ONE_PAGE", 5)
    monkeypatch.setattr(pages, "RATEES_OF_A_PAGE", 4)
    publish("town-annual", Publication.LINK)
    address = page_link("town-annual")
    shown = leaves(client, address)
    kept_before = len(kept.kept()._answers)
    for asked in ("999", "-1", "0", "x"):
        page = client.get(f"{address}&page={asked}").text
        assert page == (shown[-1] if asked == "999" else shown[0])
    assert len(kept.kept()._answers) == kept_before
    assert client.get(f"{address.partition('?')[0]}?page=2").status_code == 404


def results_of(code: str) -> Results:
    with transaction() as session:
        return publishing.results(session, code)[1]
