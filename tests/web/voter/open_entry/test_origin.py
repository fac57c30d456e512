"""An open campaign's code is given to whoever asks on its page, not to what another site's page sends."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.storage.database import transaction
from survey.storage.tables import TokenRow
from tests.builders import EXAMPLES, open_campaign

PATH = "/o/public-satisfaction"
JSON = {"Accept": "application/json"}
OURS = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "http://localhost:80"},
    {"Origin": "https://localhost"},  # a proxy took the encryption off
    {"Origin": "HTTP://LOCALHOST", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://127.0.0.1:8000"},  # the base URL, where a proxy took the port off the Host
    {"Referer": "https://evil.example/"},  # a link may be followed from anywhere, and tells less than Origin
    {"Host": "vote.example.org:8443", "Origin": "https://vote.example.org:8443"},
    {"Host": "vote.example.org:443", "Origin": "https://vote.example.org"},
    {"Host": "[::1]:8000", "Origin": "http://[::1]:8000"},
]
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "something-new"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://evil.example@localhost:1"},
    {"Origin": "http://localhost:8001"},
    {"Origin": "http://localhost:x"},
    {"Origin": "http://["},
    {"Origin": "http://localhost, https://evil.example"},
    {"Origin": "localhost"},
    {"Host": "vote.example.org:8443", "Origin": "https://vote.example.org"},
]


def codes_given() -> int:
    with transaction() as session:
        return session.query(TokenRow).count()


@pytest.fixture
def offered(app: Flask) -> Flask:
    open_campaign(app, EXAMPLES / "public-satisfaction.toml")
    return app


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_its_own_page_is_given_a_code(offered: Flask, headers: dict[str, str]) -> None:
    before = codes_given()
    assert offered.test_client().post(PATH, headers=JSON | headers).status_code == 200
    assert codes_given() == before + 1


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_sites_page_is_not(offered: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    before = codes_given()
    answer = client.post(PATH, headers=JSON | headers)
    assert (answer.status_code, answer.json["error"]) == (403, "cross-site")
    assert set(answer.json) == {"error", "message", "fields"}
    page = client.post(PATH, headers=headers)
    assert page.status_code == 403
    assert "Set-Cookie" not in page.headers
    assert f'<form method="post" action="{PATH}">' in page.text  # whoever sits there can press it themselves
    assert codes_given() == before


def test_a_device_that_has_a_code_is_not_told_it_elsewhere(offered: Flask, client: FlaskClient) -> None:
    code = client.post(PATH, headers=JSON).json["code"]
    answer = client.post(PATH, headers=JSON | {"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert code not in answer.text
    assert client.post(PATH, headers=JSON).json["code"] == code


def test_a_link_from_anywhere_opens_the_page(offered: Flask, client: FlaskClient) -> None:
    answer = client.get(PATH, headers={"Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"})
    assert answer.status_code == 200


def test_the_pages_around_do_not_hide_where_they_are(offered: Flask, client: FlaskClient) -> None:
    """Else a browser would send ``Origin: null`` with our own form, as it does with a sandboxed frame's."""
    meta = '<meta name="referrer" content="origin">'
    refused = client.post(PATH, headers={"Origin": "null"})
    for page in (client.get(PATH), client.post(PATH), refused):
        assert meta in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
    assert meta not in client.get("/v").text


@pytest.mark.parametrize(("headers", "status", "key"), [(JSON, 404, "unknown-campaign"), ({}, 404, None)])
def test_other_refusals_come_first(
    client: FlaskClient, headers: dict[str, str], status: int, key: str | None
) -> None:
    answer = client.post("/o/none", headers=headers | {"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == status
    assert key is None or answer.json["error"] == key


def test_what_the_code_itself_allows_asks_for_no_origin(offered: Flask, client: FlaskClient) -> None:
    code = client.post(PATH, headers=JSON).json["code"]
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert client.post("/v/ballot", data={"code": code}, headers=foreign).status_code == 200
    assert client.post("/v/cast", data={"code": code}, headers=foreign).status_code == 201
    assert client.post("/receipt", data={"receipt": "AAAA-AAAA-AAAA"}, headers=foreign).status_code == 200
