"""民主推荐 published: the page and its data show votes and shares, and rank by the share."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.domain.definition.campaign import Definition, State
from survey.domain.publication.edition import everything
from survey.services.campaigns import campaigns
from survey.storage import campaign_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.counted import put
from tests.domain.count.test_ticked_lists import VOTES
from tests.domain.results.test_official_nomination import FILE, results
from tests.published import publish
from tests.tables import tables


def counted(
    votes: dict[str, list[tuple[str, ...]]],
    weights: tuple[int, int] = (1, 1),
    unit: str = "",
    **rules: Any,
) -> Definition:
    """Count and sign a campaign with a list to tick."""
    data: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
    for group, weight in zip(data["groups"], weights, strict=True):
        group["weight"] = weight
    for ratee in data["ratees"] if unit else ():
        ratee["unit"] = unit
    data["results"] |= rules
    with transaction(write=True) as session:
        definition = campaigns.load(session, data, BY).definition
    put(definition, results(votes, groups=data["groups"], results=rules).count)
    with transaction(write=True) as session:
        campaign = campaigns.find_campaign(session, "nominate")
        campaign_rows.set_state(session, campaign, State.CERTIFIED)
    return definition


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def listed(client: FlaskClient) -> tuple[str, list[list[str]], str]:
    """Return the page, the rows of its table of the list, and the data as CSV."""
    page = client.get("/r/nominate").text
    table = next(one for one in tables(page) if one.label == "民主推荐结果汇总表")
    data = client.get("/r/nominate.csv").data.decode("utf-8-sig")
    return page, [[cell.text for cell in row] for row in table.rows], data


def test_a_unit_without_a_post_is_shown_in_table_and_card(client: FlaskClient) -> None:
    counted(VOTES, unit="柳河镇")
    publish("nominate")
    page, rows, _data = listed(client)
    assert rows[0] == ["1", "候选2", "柳河镇", "4", "18", "22", "44.00%"]
    table = next(one for one in tables(page) if one.label == "民主推荐结果汇总表")
    assert "单位" in [cell.text for row in table.head for cell in row]
    assert "<b>候选2</b> <small>柳河镇</small>" in page


def test_votes_and_shares_are_published_in_the_order_of_the_ranks(client: FlaskClient) -> None:
    counted(VOTES)
    publish("nominate")
    page, rows, data = listed(client)
    assert rows[:3] == [
        ["1", "候选2", "4", "18", "22", "44.00%"],
        ["2", "候选1", "6", "10", "16", "32.00%"],
        ["3", "候选4", "0", "14", "14", "28.00%"],
    ]
    assert "排名按得票率，各票种的票一样计算。" in page
    assert "大字是得票率。" in page
    assert "<b>44.00%</b>" in page
    assert "得分和名次" not in page
    assert "· 总表" not in data
    assert "1,候选2,,44.00" in data


def test_without_counts_the_share_stands_alone(client: FlaskClient) -> None:
    definition = counted(VOTES)
    publish("nominate", choice=replace(everything(definition), values=False, groups=False))
    _page, rows, data = listed(client)
    assert rows[0] == ["1", "候选2", "44.00%"]
    assert "1,候选2,,44.00" in data


def test_weights_that_differ_are_named_where_no_group_is_shown(client: FlaskClient) -> None:
    definition = counted(VOTES, weights=(2, 1))
    publish("nominate", choice=replace(everything(definition), groups=False))
    page, rows, data = listed(client)
    assert rows[0] == ["1", "候选1", "16", "32.00%", "48.33%"]
    assert "大字是加权得票率。" in page
    assert "加权得票率(%)" in data


def test_a_small_group_leaves_the_votes_of_all(client: FlaskClient) -> None:
    counted({"A": [("p1",)] * 3 + [()], "B": VOTES["B"]})
    publish("nominate")
    _page, rows, _data = listed(client)
    assert rows[0] == ["1", "候选2", "样本过小，不予显示②", "样本过小，不予显示②", "18", "40.91%"]


def test_nothing_speaks_of_ranks_where_none_are_given(client: FlaskClient) -> None:
    counted(VOTES, rank=False)
    publish("nominate")
    page, rows, data = listed(client)
    assert rows[0] == ["候选1", "6", "10", "16", "32.00%"]
    assert "排名按" not in page + data
