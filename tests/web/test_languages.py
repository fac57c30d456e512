"""A third language is a catalogue and one line: every page follows, here with made-up words."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.config import Settings
from survey.domain.definition.campaign import Publication
from survey.web.server.refusing import plain_page
from tests.builders import EXAMPLES, example, open_campaign
from tests.conftest import settings_on
from tests.made_up_language import settings, translations
from tests.office import Office
from tests.published import certified, page_link, publish
from tests.web.voter.test_english import HAN, english, ours

__all__ = ["settings", "translations"]

ASKED = "?lang=eo"
OWN = "Ann Bea Form Staff Review Office Why Which year Take your time good fair poor cannot say conduct late"
"""The words of the campaign in ``english``."""


def switches(page: str, what: str) -> list[tuple[str, str]]:
    """List the switches of a page: tag and address, in their order."""
    found = re.findall(rf'<(?:a|button) class="tool" id="language[^"]*"[^>]*{what}="([^"]*)"[^>]*>', page)
    tags = re.findall(r'<(?:a|button) class="tool" id="language[^"]*"[^>]* lang="([^"]*)"', page)
    return list(zip(tags, map(unescape, found), strict=True))


def said(answer, status: int = 200) -> str:
    """Return a page all of whose words are of the made-up catalogue, or the campaign's own."""
    assert answer.status_code == status, answer.text
    text = re.sub(r"<(style|script)[ >].*?</\1>", "", ours(answer.text), flags=re.DOTALL)
    assert not HAN.search(text), HAN.search(text)
    text = unescape(re.sub(r"<[^>]*>", " ", text))
    while text != (inner := re.sub(r"«[^«»]*»", " ", text)):
        text = inner
    text = re.sub(r"\b\w{4}(-\w{4}){2,3}\b", " ", text)
    assert set(re.findall(r"[A-Za-z]{3,}", text)) <= set(OWN.split())
    return answer.text


def test_voters_go_their_whole_way_in_it(app: Flask, client: FlaskClient) -> None:
    code = open_campaign(app, english())["A"][0]
    entry = said(client.get(f"/v{ASKED}"))
    assert '<html lang="eo">' in entry
    assert switches(entry, "href") == [("zh-CN", "/v"), ("en", "/v?lang=en")]
    assert 'data-to="/v/ballot?lang=eo"' in entry
    assert re.search(r'data-src="/static/voter/voter\.eo\.js\?v=\w{10}"', entry)
    sent = {"code": code}
    ballot = said(client.post(f"/v/ballot{ASKED}", data=sent))
    assert switches(ballot, "formaction") == [("zh-CN", "/v/ballot"), ("en", "/v/ballot?lang=en")]
    assert len(set(re.findall(r' id="language[^"]*"', ballot))) == 2
    assert 'action="/v/review?lang=eo"' in ballot
    assert "» ~ «" in re.search(r'<p class="hint">(.*?)</p>', ballot)[1]
    assert ' lang="eo">«' in ballot, "small print within the campaign's own words"
    filled = sent | {"c1.de": "good", "c2.de": "good"}
    faulty = said(client.post(f"/v/review{ASKED}", data=filled), 422)
    assert switches(faulty, "formaction")[1] == ("en", "/v/ballot?lang=en")
    filled |= {"c2.de": "poor", "c2.de.reason": "late"}
    assert 'action="/v/cast?lang=eo"' in said(client.post(f"/v/review{ASKED}", data=filled))
    received = said(client.post(f"/v/cast{ASKED}", data=filled), 201)
    assert 'href="/receipt?lang=eo"' in received
    said(client.post(f"/v/ballot{ASKED}", data=sent), 409)
    receipt = re.search(r"\b\w{4}-\w{4}-\w{4}\b", received)[0]
    said(client.get(f"/receipt{ASKED}"))
    said(client.post(f"/receipt{ASKED}", data={"receipt": receipt}))
    said(client.post(f"/receipt{ASKED}", data={"receipt": "x"}), 422)
    said(client.get(f"/v/other{ASKED}"), 404)


def test_whoever_answers_in_json_is_told_in_it(client: FlaskClient) -> None:
    answer = client.post(f"/v/ballot{ASKED}", data={"code": ""}, headers={"Accept": "application/json"})
    assert answer.get_json()["message"].startswith("«")


def test_the_other_languages_offer_it(app: Flask, client: FlaskClient) -> None:
    assert switches(client.get("/v").text, "href") == [("en", "/v?lang=en"), ("eo", "/v?lang=eo")]
    assert switches(client.get("/v?lang=en").text, "href") == [("zh-CN", "/v"), ("eo", "/v?lang=eo")]
    assert 'id="language-eo" href="/v?lang=eo" lang="eo" hreflang="eo" aria-label="Esperanto">EO' in (
        client.get("/v").text
    )
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["B"][0]
    page = client.post(f"/v/ballot{ASKED}", data={"code": code}).text
    assert '<h2 lang="zh-CN">干部甲' in page, "a campaign's own words stay marked"


@pytest.mark.parametrize("name", ["voter", "ballot"])
def test_scripts_say_its_words(client: FlaskClient, name: str) -> None:
    script = client.get(f"/static/voter/{name}.eo.js")
    assert script.status_code == 200
    rest = re.sub(r'"«.*?»"', "", script.text)
    assert script.text.count('"«') > 10
    assert not HAN.search(rest)
    assert not re.search(r'"[、，。：“”]+"', rest)
    assert client.get(f"/static/voter/{name}.fr.js").status_code == 404


def test_the_office_speaks_it_once_it_is_chosen(app: Flask) -> None:
    office = Office(app)
    assert '<html lang="zh-CN">' in office.get("/admin/").text
    buttons = re.findall(r'name="language" value="(\w+)" lang="([\w-]+)">(\w+)<', office.page.text)
    assert buttons == [("en", "en", "English"), ("eo", "eo", "Esperanto")]
    office.post("/admin/language", language="eo", page="/admin/new")
    page = office.get("/admin/new").text
    assert '<html lang="eo">' in page
    assert re.search(r"<h1>«[^<]*»</h1>", page)
    assert re.findall(r'name="language" value="(\w+)"', page) == ["zh", "en"]
    office.post("/admin/language", language="fr", page="/admin/")
    assert '<html lang="zh-CN">' in office.get("/admin/").text, "control: there is no such language"


def test_readers_have_it_too(app: Flask, client: FlaskClient) -> None:
    certified(example("town-annual"), {"A": 14, "B": 38, "C": 90})
    publish("town-annual", Publication.LINK)
    link = page_link("town-annual")
    page = client.get(f"{link}&lang=eo").text
    assert '<html lang="eo">' in page
    assert [unescape(address) for address in re.findall(r'<a class="tool" href="([^"]*)"', page)] == [
        link,
        f"{link}&lang=en",
    ]
    assert re.search(r"«\d+ \w+o \d{4}, \d\d:\d\d»", page), "the day of the edition, its month in Esperanto"
    check = client.get("/r/town-annual/check?lang=eo&value=a+b%26").text
    assert '<input type="hidden" name="lang" value="eo">' in check
    assert [unescape(address) for address in re.findall(r'<a class="tool" href="([^"]*)"', check)] == [
        "/r/town-annual/check?value=a+b%26",
        "/r/town-annual/check?lang=en&value=a+b%26",
    ]
    assert 'name="lang"' not in client.get("/r/town-annual/check").text


def test_a_refusal_before_any_page_is_told_in_every_language(settings: Settings) -> None:
    assert plain_page("提交的内容过大。").endswith(
        '<h1>提交的内容过大。</h1><p lang="en">This is too large.</p>'
        '<p lang="eo">«This is too large.»</p></body></html>\n'
    )


def test_without_it_nothing_knows_of_it(tmp_path: Path) -> None:
    """The control: with the two that ship, the page, its scripts and refusals are as they were."""
    from survey import create_app

    client = create_app(settings_on("sqlite", tmp_path, None)).test_client()
    assert client.get(f"/v{ASKED}").data == client.get("/v").data
    assert client.get("/static/voter/ballot.eo.js").status_code == 404
    assert plain_page("提交的内容过大。").count("<p ") == 1
