"""Back to where one came from, after setting up what was missing there; and nowhere else."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.services.accounts import accounts
from survey.storage.database import transaction
from tests.builders import BY
from tests.signing_in import PASSWORD
from tests.web.admin.accounts.test_login import log_in, post, with_password

SIGN = "/admin/c/small/sign"
SET_UP = f"/admin/me/second-factor?next={quote(SIGN)}"
ELSEWHERE = (
    "https://elsewhere.example/admin/",
    "//elsewhere.example/admin/",
    "/admin/\\elsewhere.example",
    "/admin\t//elsewhere.example",
    "javascript:alert(1)",
    "/v",
    "",
)


def set_up(client: FlaskClient, page: str) -> str:
    """Set a second factor up as the page says; return where the page of the recovery codes leads on to."""
    secret = re.sub(r"\s", "", re.findall(r"<code>([A-Z2-7 ]+)</code>", client.get(page).text)[0])
    shown = post(client, page, number=pyotp.TOTP(secret).at(datetime.now(UTC)))
    (onwards,) = re.findall(r'<a class="button primary" href="([^"]+)"', shown.text)
    return str(onwards)


def test_a_signer_comes_back_to_the_page_of_the_signature(app: Flask, client: FlaskClient) -> None:
    with_password("scrutineer")
    log_in(client)
    assert set_up(client, SET_UP) == SIGN


def test_an_owner_is_led_on_to_the_page_that_was_asked_for(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        accounts.create(session, "张三", "owner", PASSWORD, BY)
    log_in(client)
    led = client.get("/admin/people?unit=a").location
    assert led == "/admin/me/second-factor?next=/admin/people?unit%3Da"
    assert set_up(client, led) == "/admin/people?unit=a"
    assert client.get("/admin/people").status_code == 200


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_another_place_is_not_led_to(app: Flask, client: FlaskClient, wanted: str) -> None:
    with_password("organiser")
    log_in(client)
    assert set_up(client, f"/admin/me/second-factor?next={quote(wanted)}") == "/admin/"


def test_a_new_password_leads_back_too(app: Flask, client: FlaskClient) -> None:
    with_password("organiser")
    log_in(client)
    typed = {"present": PASSWORD, "password": "vier Worte ohne Sinn", "again": "vier Worte ohne Sinn"}
    assert post(client, "/admin/me/password?next=/admin/log", **typed).location == "/admin/log"
