"""The page of a published outcome shows the chosen columns and nothing else."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.config import Settings
from survey.domain.definition.campaign import Publication
from survey.instance import ready_app
from survey.services.assessment import publishing
from survey.storage.database import transaction
from survey.web.public import links
from tests.builders import BY
from tests.conftest import settings_on
from tests.job import minping
from tests.published import key_of
from tests.services.assessment.scored_year import YEAR, decide, examining, score, signed

PATH = f"/a/{YEAR}"


def publish(*columns: str, level: Publication = Publication.PUBLIC) -> None:
    with transaction(write=True) as session:
        publishing.publish(session, YEAR, level, columns, BY)


def test_a_page_and_its_data(app: Flask, client: FlaskClient) -> None:
    signed()
    publish("rank", "total", "leaders")
    page = client.get(PATH)
    assert page.status_code == 200
    said = page.get_data(as_text=True)
    for shown in ("年度考核", "考核组", "t1镇", "92.88", "领导评价", "95.00", "总分只依据 2 项，共 3 项"):
        assert shown in said
    assert f'href="{PATH}.json"' in said
    data = client.get(f"{PATH}.json").get_json()
    assert data["columns"] == [
        {"column": "rank", "label": "名次"},
        {"column": "total", "label": "总分"},
        {"column": "component:leaders", "label": "领导评价"},
    ]
    assert data["classes"][0]["units"][0] == {
        "unit": "t1",
        "label": "t1镇",
        "rank": "1",
        "total": "92.88",
        "component:leaders": "95.00",
        "parts": 2,
        "of_parts": 3,
    }


def test_nothing_of_a_column_left_out_is_there(app: Flask, client: FlaskClient) -> None:
    signed()
    for unit in ("t1", "t2", "t3"):
        decide(unit)
    publish("band")
    for path in (PATH, f"{PATH}?lang=en", f"{PATH}.json"):
        said = client.get(path).get_data(as_text=True)
        assert "良好" in said
        for hidden in (
            "92.88",
            "85.65",
            "95.00",
            "名次",
            "总分",
            "领导评价",
            "不",
            "parts",
            "县委常委会",
            "函",
        ):
            assert hidden not in said


def test_in_english(app: Flask, client: FlaskClient) -> None:
    signed()
    publish("rank", "total")
    said = client.get(f"{PATH}?lang=en").get_data(as_text=True)
    assert "The total rests on 2 of 3 parts" in said
    assert '<span lang="zh-CN">' in said or 'lang="zh' in said


@pytest.mark.parametrize("path", [PATH, f"{PATH}.json", "/a/none", "/a/none.json"])
def test_what_is_not_published_is_as_good_as_none(app: Flask, client: FlaskClient, path: str) -> None:
    examining()
    score()
    assert client.get(path).status_code == 404


def test_withdrawn_is_gone(app: Flask, client: FlaskClient) -> None:
    signed()
    publish("total")
    assert client.get(PATH).status_code == 200
    publish(level=Publication.WITHDRAWN)
    assert client.get(PATH).status_code == 404


def test_a_link_opens_until_it_is_withdrawn(app: Flask, client: FlaskClient) -> None:
    signed()
    publish("total", level=Publication.LINK)
    assert client.get(PATH).status_code == 404
    link = links.outcome_link(YEAR, 0, key_of(app))
    page = client.get(link).get_data(as_text=True)
    assert "92.88" in page
    assert client.get(link.replace("?", ".json?")).status_code == 200
    # Links to the data and to the other language carry the signature on.
    assert page.count(link.partition("?")[2]) == 2
    assert client.get(link.replace("?k=", "?k=x")).status_code == 404
    assert client.get(links.results_link(YEAR, 0, key_of(app)).replace("/r/", "/a/")).status_code == 404
    publish(level=Publication.WITHDRAWN)
    publish("total", level=Publication.LINK)
    assert client.get(link).status_code == 404
    assert client.get(links.outcome_link(YEAR, 1, key_of(app))).status_code == 200


def test_it_is_the_same_after_a_restore(each_settings: Settings, tmp_path: Path) -> None:
    with ready_app(each_settings, pages=True) as app:
        signed()
        for unit in ("t1", "t2", "t3"):
            decide(unit)
        publish("rank", "total", "band")
        before = app.test_client().get(f"{PATH}.json").data
        minping(each_settings, "backup", tmp_path / "one")
    folder = tmp_path / "other"
    folder.mkdir()
    other = settings_on("sqlite", folder, None)
    minping(other, "restore", tmp_path / "one")
    with ready_app(other, pages=True) as app:
        assert app.test_client().get(f"{PATH}.json").data == before
    minping(other, "audit", "verify")
