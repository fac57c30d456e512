"""What parts of addresses can be: what no database could hold is not found."""

import pytest
from flask import Flask

from survey.web.addresses import attach


@pytest.fixture
def client():
    app = Flask("addresses")
    attach(app)
    app.add_url_rule("/n/<int:number>", "number", lambda number: f"{number}")
    app.add_url_rule("/t/<text>", "text", lambda text: text)
    app.add_url_rule("/s/<string:text>/end", "string", lambda text: text)
    app.add_url_rule("/p/<path:text>", "path", lambda text: text)
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/n/0", "0"),
        ("/n/999999999", "999999999"),
        ("/n/007", "7"),
        ("/t/small-2026", "small-2026"),
        ("/t/测评", "测评"),
        ("/s/a/end", "a"),
        ("/p/a/b/c", "a/b/c"),
    ],
)
def test_what_can_be_found(client, path: str, said: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, said)


@pytest.mark.parametrize(
    "path",
    [
        "/n/1000000000",
        "/n/-1",
        "/n/1.5",
        "/n/x",
        "/n/٣",
        "/t/a%00b",
        "/t/%00",
        "/t/a/b",
        "/s/a%00b/end",
        "/p/a/b%00/c",
        "/p/%00a",
    ],
)
def test_what_no_address_can_be(client, path: str) -> None:
    assert client.get(path).status_code == 404
