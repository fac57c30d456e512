"""Reading a report on the voters' pages: on tap, with the code, as long as any other, and kept nowhere."""

import gzip
import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from survey.documents.export.files import READ_STATEMENT
from survey.storage.database import transaction
from survey.web.voter.statement_pages import PDF_POLICY
from tests.builders import a_definition, a_team_and, cast, running_campaign
from tests.statement_files import TEXTS, running

JSON = {"Accept": "application/json"}
GZIP = {"Accept-Encoding": "gzip"}


def ask(client: FlaskClient, code: str, asked: str, **headers: str) -> TestResponse:
    return client.post("/v/statement", data={"code": code, "statement": asked}, headers=headers)


def ballot(client: FlaskClient, code: str, **fields: str) -> str:
    return client.post("/v/ballot", data={"code": code, **fields}).text


def test_the_text_comes_on_tap_and_is_on_no_ballot(app: Flask, client: FlaskClient) -> None:
    code = running(app).codes["A"][0]
    page = ballot(client, code)
    assert "一年来" not in page
    assert re.findall(r'data-statement="(\d+)"', page) == ["0000", "0001"]
    assert 'name="statement" value="0000.pdf"' in page
    assert ask(client, code, "0000", **JSON).get_json() == {"text": TEXTS["c1"]}
    read = ask(client, code, "0001")
    assert TEXTS["c2"] in read.text
    assert html.escape(TEXTS["c1"]).split("\n")[1] in ask(client, code, "0000").text
    assert f'name="code" value="{code}"' in read.text


def test_every_text_is_as_long_as_any_other(app: Flask, client: FlaskClient) -> None:
    codes = running(app).codes["A"]
    for headers in ({}, JSON):
        answers = [ask(client, code, asked, **headers) for code in codes[:2] for asked in ("0000", "0001")]
        assert len({len(answer.data) for answer in answers}) == 1
        assert all("Content-Encoding" not in answer.headers for answer in answers)
    assert {len(f"code={codes[0]}&statement={asked}") for asked in ("0000", "0001")} == {
        len(f"code={codes[0]}&statement=0000")
    }


def test_the_file_comes_as_it_was_brought_with_headers_that_let_it_do_nothing(
    app: Flask, client: FlaskClient
) -> None:
    code = running(app).codes["A"][0]
    answer = ask(client, code, "0000.pdf")
    assert answer.data == b"%PDF-1.7 of " + "干部c1.pdf".encode()
    assert answer.mimetype == "application/pdf"
    headers = answer.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == PDF_POLICY
    assert headers["Content-Disposition"] == READ_STATEMENT.named().disposition("inline")
    assert headers["Content-Length"] == str(len(answer.data))
    assert "Set-Cookie" not in headers
    # Its name does not tell whose it is.
    assert headers["Content-Disposition"] == ask(client, code, "0001.pdf").headers["Content-Disposition"]


@pytest.mark.parametrize("headers", [{}, JSON], ids=["html", "json"])
def test_it_needs_a_code_that_may_be_used(app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    spent, good, *_ = running(app).codes["A"]
    cast(app, spent, {"c1.de": "excellent"})
    assert ask(client, "", "0000", **headers).status_code == 404
    assert ask(client, "X" * 16, "0000", **headers).status_code == 404
    assert ask(client, spent, "0000", **headers).status_code == 409
    assert client.get(f"/v/statement?code={good}&statement=0000", headers=headers).status_code == 405
    for asked in ("", "9999", "0002", "c1", "0000.exe"):
        answer = ask(client, good, asked, **headers)
        assert answer.status_code == 404
    assert answer.get_json()["error"] == "unknown-statement" if headers else "没有这份述职报告" in answer.text


def test_reading_neither_spends_a_code_nor_changes_anything(app: Flask, client: FlaskClient) -> None:
    code = running(app).codes["A"][0]
    for asked in ("0000", "0000.pdf", "0001"):
        assert ask(client, code, asked).status_code == 200
    assert client.post("/v/cast", data={"code": code, "c1.de": "excellent"}).status_code == 201


def test_what_was_replaced_is_refused_in_plain_words_and_the_ballot_stays(
    app: Flask, client: FlaskClient
) -> None:
    # A ballot of its own, which this process has not kept from another test.
    data = a_definition(campaign={"code": "small", "title": "换过报告", "organiser": "考核组"})
    code = running(app, data).codes["A"][0]
    with app.app_context(), transaction(write=True) as session:
        session.execute(text("UPDATE statement_files SET digest = 'x' WHERE ratee = 'c1'"))
    answer = ask(client, code, "0000", **JSON)
    assert (answer.status_code, answer.get_json()["error"]) == (409, "altered-statement")
    page = ballot(client, code)
    assert 'name="c1.de"' in page
    assert "data-statement=" not in page
    assert page.count(code) == 2  # the form that would ask is there, with the code in its place
    assert client.post("/v/cast", data={"code": code, "c1.de": "excellent"}).status_code == 201


def test_a_ballot_of_nobody_with_a_file_is_whole(app: Flask, client: FlaskClient) -> None:
    data = a_definition()
    data["ratees"][0]["groups"] = data["ratees"][1]["groups"] = ["B"]
    codes = running(app, data).codes
    page = ballot(client, codes["A"][0])
    assert "data-statement=" not in page
    assert page.rstrip().endswith("</html>")
    packed = client.post("/v/ballot", data={"code": codes["A"][1]}, headers=GZIP).data
    assert gzip.decompress(packed).decode().count(codes["A"][1]) == 2


def test_a_ballot_that_comes_back_offers_reports_too(app: Flask, client: FlaskClient) -> None:
    code = running(app).codes["A"][0]
    page = ballot(client, code, **{"c1.de": "excellent"})
    assert 'data-statement="0000"' in page
    assert page.count(f'value="{code}"') == 2
    faulty = client.post("/v/review", data={"code": code, "c1.de": "none"})
    assert faulty.status_code == 422
    assert 'data-statement="0000"' in faulty.text


def test_a_text_of_the_definition_stays_the_text(app: Flask, client: FlaskClient) -> None:
    data = a_definition()
    data["ratees"][0]["statement"] = "写在表里的"
    page = ballot(client, running(app, data).codes["A"][0])
    assert "写在表里的" in page
    assert re.findall(r'data-statement="(\d+)"', page) == ["0001"]
    assert 'value="0000.pdf"' in page


def test_a_script_is_told_what_to_ask_for(app: Flask, client: FlaskClient) -> None:
    code = running(app).codes["A"][0]
    outline = client.post("/v/ballot", data={"code": code}, headers=JSON).get_json()
    assert outline["statements"]["c1"]["statement"] == "0000"
    assert outline["statements"].keys() == {"c1", "c2"}
    other = a_definition(campaign={"code": "other", "title": "其他", "organiser": "考核组"})
    code = running_campaign(app, other, 1).codes["A"][0]
    assert "statements" not in client.post("/v/ballot", data={"code": code}, headers=JSON).get_json()


def size(client: FlaskClient, code: str) -> int:
    """Return the bytes of a ballot as they cross the network; all that it needs stands in it."""
    page = client.post("/v/ballot", data={"code": code}, headers=GZIP).data
    assert '"/static/' not in gzip.decompress(page).decode()
    return len(page)


def test_only_who_has_files_pays_for_them(app: Flask, client: FlaskClient) -> None:
    without = size(client, running_campaign(app, a_team_and(10), 1).codes["A"][0])
    data = a_team_and(10)
    data["campaign"] = {"code": "other", "title": data["campaign"]["title"], "organiser": "考核组"}
    data["ratees"][1]["name"], data["ratees"][2]["name"] = "干部c1", "干部c2"
    having = size(client, running(app, data).codes["A"][0])
    assert 400 < having - without < 900
