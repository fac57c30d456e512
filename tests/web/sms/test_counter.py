"""What a gateway brings reaches the campaign that it belongs to, and is acknowledged once it is kept."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.domain.errors import BadChannels
from survey.secrecy.sms_key import destroy_sms_key, sms_key_path
from survey.services.sms import sending
from survey.storage.database import transaction
from survey.storage.sms import client_rows
from survey.web.context import settings
from survey.web.sms import counter
from tests.channels.sms.test_configuration import GOOD
from tests.sms_clients import (
    BEGAN,
    Provider,
    an_sms_definition,
    invite,
    number_of,
    numbers_of,
    open_sms,
    queued,
    secrets_here,
)

from .test_webhook import signed


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    """An instance with the channels of the other tests, and an open campaign on one of them."""
    file = counter.channels_file(settings().instance)
    file.write_text(GOOD)
    file.chmod(0o600)
    counter.attach(app)
    open_sms(app, 5, an_sms_definition() | {"sms": {"channel": "office", "sender": "x", "extension": "7"}})
    return app.test_client()


def brought(client: FlaskClient, **content: object) -> int:
    body = json.dumps(content).encode()
    return client.post("/sms/office", data=body, headers=signed(body)).status_code


def a_message(text: str, named: str, number: int = 1) -> dict[str, str]:
    return {
        "number": number_of(number)[3:],
        "to": "1069000017",
        "text": text,
        "id": named,
        "at": BEGAN.isoformat(),
    }


def test_a_reply_is_kept_once_however_often_it_is_brought(office: FlaskClient) -> None:
    invite("hotline")
    for _ in range(2):
        assert brought(office, replies=[a_message("3", "a"), a_message("很好", "b", 2)]) == 200
    numbers = numbers_of("hotline")
    assert (numbers.replied, numbers.invalid) == (1, 1)


def test_a_receipt_reaches_its_message(office: FlaskClient) -> None:

    queued("hotline", only=1)
    provider = Provider()
    sending.send_next("office", provider, secrets_here(), BEGAN)
    assert brought(office, receipts=[{"reference": provider.sent[0][2], "delivered": True}]) == 200
    assert numbers_of("hotline").delivered == 1


def test_what_cannot_be_kept_is_to_be_brought_again(office: FlaskClient) -> None:
    invite("hotline")
    destroy_sms_key(settings().keys, "hotline")
    assert brought(office, replies=[a_message("3", "a")]) == 503


@pytest.mark.parametrize("spoilt", [False, True])
def test_what_cannot_be_taken_takes_nothing_else_along(office: FlaskClient, spoilt: bool) -> None:
    other = an_sms_definition("second") | {"sms": {"channel": "office", "sender": "x", "extension": "8"}}
    open_sms(office.application, 5, other)
    for code in ("hotline", "second"):
        invite(code)
    path = sms_key_path(settings().keys, "hotline")
    key = path.read_bytes()
    path.write_bytes(b"{}") if spoilt else path.unlink()
    to_second = a_message("1", "b", 2) | {"to": "1069000018"}
    batch = [a_message("3", "a"), a_message("退订", "c", 3), to_second]
    for _ in range(2):
        assert brought(office, replies=batch) == 503
        assert (numbers_of("hotline").replied, numbers_of("second").replied) == (0, 1)
        with transaction() as session:
            assert client_rows.has_opted_out(session, secrets_here().opt_out_digest(number_of(3)))
    path.write_bytes(key)
    assert brought(office, replies=batch) == 200
    assert [numbers_of(code).replied for code in ("hotline", "second")] == [1, 1]


def test_a_file_of_channels_with_faults_keeps_the_server_from_starting(app: Flask) -> None:
    file = counter.channels_file(settings().instance)
    file.write_text(GOOD)
    file.chmod(0o644)
    with pytest.raises(BadChannels):
        counter.attach(app)
