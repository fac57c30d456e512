"""The webhook: what is authentic is kept, committed, then acknowledged; whatever else comes does nothing."""

import hashlib
import hmac
import json
import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from survey.channels.sms.configuration import read_channels
from survey.channels.sms.ports import SmsChannel
from survey.channels.sms.webhook import MAX_WEBHOOK
from survey.domain.errors import Unavailable
from survey.domain.sms.incoming import Incoming, Receipt
from survey.storage.database import transaction
from survey.web import sms
from survey.web.security import VOTER, declared_access
from tests.channels.sms.conftest import KEY, SECRET
from tests.channels.sms.test_configuration import GOOD, written

PASSWORD = "a-long-password-of-kannel"
REPLY = {"number": "13800001111", "to": "10690000107", "text": "很不满意", "id": "a1"}


@dataclass
class Kept:
    """What was kept, and in which order it was committed and answered."""

    replies: list[Incoming] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    failure: Exception | None = None

    def take(self, channel: str, incoming: Sequence[Incoming], now: datetime) -> None:
        with transaction(write=True) as session:
            self._begin(session, channel, now)
            self.replies += incoming

    def take_receipts(
        self, session: Session, channel: str, receipts: Sequence[Receipt], now: datetime
    ) -> None:
        self._begin(session, channel, now)
        self.receipts += receipts

    def _begin(self, session: Session, channel: str, now: datetime) -> None:
        assert session.in_transaction()
        assert now.tzinfo is UTC
        if self.failure is not None:
            raise self.failure
        self.steps.append(f"taken {channel}")
        event.listen(session, "after_commit", lambda _session: self.steps.append("committed"), once=True)


@pytest.fixture
def kept(app: Flask, tmp_path: Path) -> Kept:
    found = Kept()
    app.extensions["csrf"].exempt(sms.blueprint)
    sms.attach(app, read_channels(written(tmp_path, GOOD)), found.take, found.take_receipts)
    app.after_request(lambda response: found.steps.append(f"answered {response.status_code}") or response)
    return found


def signed(body: bytes, nonce: str | None = None, at: float | None = None) -> dict[str, str]:
    seconds = str(int(datetime.now(UTC).timestamp() if at is None else at))
    once = nonce or secrets.token_urlsafe(18)
    text = f"{seconds}\n{once}\nPOST\n/sms/office\n".encode() + body
    return {
        "Minping-Time": seconds,
        "Minping-Nonce": once,
        "Minping-Signature": hmac.new(KEY.encode(), text, hashlib.sha256).hexdigest(),
        "X-Forwarded-For": "203.0.113.9",
    }


def body_of(*replies: dict[str, Any]) -> bytes:
    return json.dumps({"replies": replies}).encode()


def test_a_reply_is_committed_before_it_is_acknowledged(client: FlaskClient, kept: Kept) -> None:
    body = body_of(REPLY)
    answer = client.post("/sms/office", data=body, headers=signed(body))
    assert (answer.status_code, answer.json) == (200, {"taken": True})
    assert kept.steps == ["taken office", "committed", "answered 200"]
    assert [(one.number, one.to, one.text, one.id) for one in kept.replies] == [
        ("+8613800001111", "07", "很不满意", "a1")
    ]


def test_what_no_client_sent_is_acknowledged_without_a_transaction(client: FlaskClient, kept: Kept) -> None:
    body = body_of({**REPLY, "number": "10086"}, {**REPLY, "number": "+85291234567"})
    assert client.post("/sms/office", data=body, headers=signed(body)).status_code == 200
    assert kept.steps == ["answered 200"]


def test_receipts_are_kept_too(client: FlaskClient, kept: Kept) -> None:
    body = json.dumps({"receipts": [{"reference": "r1", "delivered": True}]}).encode()
    assert client.post("/sms/office", data=body, headers=signed(body)).status_code == 200
    assert (kept.receipts, kept.replies) == ([Receipt("r1", True)], [])


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        (
            f"/sms/ali/{SECRET}",
            [{"phone_number": "13800001111", "content": "3", "dest_code": "07", "sequence_id": 1}],
            {"code": 0, "msg": "接收成功"},
        ),
        (
            f"/sms/qq/{'0123456789abcdef' * 2}",
            {"mobile": "13800001111", "nationcode": "86", "text": "3", "extend": "07", "time": 1},
            {"result": 0, "errmsg": "OK"},
        ),
    ],
)
def test_each_provider_is_answered_in_its_form(
    client: FlaskClient, kept: Kept, path: str, body: object, answer: object
) -> None:
    said = client.post(path, json=body)
    assert (said.status_code, said.json) == (200, answer)
    assert [(one.number, one.to, one.text) for one in kept.replies] == [("+8613800001111", "07", "3")]


def test_kannel_brings_one_by_its_address(client: FlaskClient, kept: Kept) -> None:
    query = {"user": "minping", "password": PASSWORD, "number": "+8613800001111", "to": "07", "text": "3"}
    answer = client.get("/sms/own", query_string=query)
    assert (answer.status_code, answer.data) == (200, b"")
    assert [one.text for one in kept.replies] == ["3"]
    assert (
        client.get("/sms/own", query_string=query, headers={"X-Forwarded-For": "203.0.113.9"}).status_code
        == 403
    )
    assert len(kept.replies) == 1


@pytest.mark.parametrize("failure", [Unavailable("away"), OSError("很不满意 13800001111"), ValueError()])
def test_what_is_not_committed_is_brought_again(
    client: FlaskClient, kept: Kept, failure: Exception, capfd: pytest.CaptureFixture[str]
) -> None:
    body = body_of(REPLY)
    headers = signed(body)
    kept.failure = failure
    assert client.post("/sms/office", data=body, headers=headers).status_code == 503
    kept.failure = None
    # The very same request, as a gateway that signs once would bring it.
    assert client.post("/sms/office", data=body, headers=headers).status_code == 200
    assert len(kept.replies) == 1
    assert client.post("/sms/office", data=body, headers=headers).status_code == 403
    assert len(kept.replies) == 1
    said = capfd.readouterr().err
    assert "failure on a voter's page" in said
    assert not [word for word in ("13800001111", "满意", '"time"', SECRET) if word in said]


def test_whatever_is_raised_after_all_was_taken_is_no_acknowledgement(
    client: FlaskClient, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_session: Session) -> None:
        raise OSError("no space")

    monkeypatch.setattr(Session, "commit", fail)
    body = body_of(REPLY)
    assert client.post("/sms/office", data=body, headers=signed(body)).status_code == 503
    assert "committed" not in kept.steps


def forged() -> dict[str, Callable[[FlaskClient], Any]]:
    """Return requests that do nothing, by what is wrong with them."""
    body = body_of(REPLY)
    big = body_of({**REPLY, "text": "3" * MAX_WEBHOOK})
    foreign = {"X-Forwarded-For": "198.51.100.1"}
    elsewhere = {"phone_number": "13800001111", "content": "3"}
    return {
        "unsigned": lambda c: c.post("/sms/office", data=body),
        "other body": lambda c: c.post("/sms/office", data=body + b" ", headers=signed(body)),
        "other path": lambda c: c.post("/sms/office/x", data=body, headers=signed(body)),
        "other method": lambda c: c.get("/sms/office", data=body, headers=signed(body)),
        "stale": lambda c: c.post("/sms/office", data=body, headers=signed(body, at=1)),
        "foreign": lambda c: c.post("/sms/office", data=body, headers=signed(body) | foreign),
        "oversized": lambda c: c.post("/sms/office", data=big, headers=signed(big)),
        "no JSON": lambda c: c.post("/sms/office", data=b"3", headers=signed(b"3")),
        "no body": lambda c: c.post("/sms/office", headers=signed(b"")),
        "no secret": lambda c: c.post("/sms/ali", json=[elsewhere]),
        "other secret": lambda c: c.post(f"/sms/ali/{SECRET}x", json=[elsewhere]),
        "secret in the query": lambda c: c.post(f"/sms/ali?secret={SECRET}", json=[elsewhere]),
        "no password": lambda c: c.get("/sms/own?number=13800001111&to=07&text=3"),
        "held, not called": lambda c: c.post("/sms/smsc", json=[elsewhere]),
        "unknown": lambda c: c.post("/sms/nowhere", json=[elsewhere]),
        "NUL": lambda c: c.post("/sms/ali/%00", json=[elsewhere]),
    }


@pytest.mark.parametrize("wrong", forged())
def test_what_is_not_the_providers_does_nothing(client: FlaskClient, kept: Kept, wrong: str) -> None:
    answer = forged()[wrong](client)
    assert 400 <= answer.status_code < 500
    assert [step for step in kept.steps if not step.startswith("answered")] == []
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_replayed_request_does_nothing(client: FlaskClient, kept: Kept) -> None:
    body = body_of(REPLY)
    headers = signed(body)
    answers = [client.post("/sms/office", data=body, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 403, 403]
    assert answers[1].json == {"error": "replayed"}
    assert len(kept.replies) == 1


def test_the_largest_body_is_taken_and_the_next_larger_refused(client: FlaskClient, kept: Kept) -> None:
    empty = len(json.dumps([{"phone_number": "13800001111", "content": ""}]))
    for size, status in ((MAX_WEBHOOK, 200), (MAX_WEBHOOK + 1, 413)):
        body = json.dumps([{"phone_number": "13800001111", "content": "3" * (size - empty)}])
        assert len(body) == size
        assert client.post(f"/sms/ali/{SECRET}", data=body).status_code == status
    assert len(kept.replies) == 1


def test_nonsense_of_every_kind_is_no_failure(client: FlaskClient, kept: Kept) -> None:
    rng = random.Random(9)
    paths = [
        f"/sms/{name}{tail}"
        for name in ("office", "ali", "qq", "own", "smsc", "x")
        for tail in ("", f"/{SECRET}")
    ]
    values = ["", "13800001111", 3, -1, 1.5, None, True, [], {}, "\ud83d", "\x00", "9" * 50, "3" * 200]
    keys = ["phone_number", "content", "sequence_id", "send_time", "dest_code", "success", "report_status"]
    keys += [
        "sid",
        "mobile",
        "nationcode",
        "text",
        "time",
        "extend",
        "replies",
        "receipts",
        "number",
        "id",
        "part",
    ]
    for _ in range(400):
        item = {key: rng.choice(values) for key in rng.sample(keys, rng.randint(0, 8))}
        said = rng.choice([item, [item], [item, item], {"replies": [item]}, {"receipts": [item]}, 3, None])
        body = rng.choice([json.dumps(said).encode(), rng.randbytes(rng.randint(0, 60)), b"[" * 3000])
        path = rng.choice(paths)
        headers = signed(body) if path == "/sms/office" else {}
        query = {key: str(rng.choice(values)) for key in rng.sample([*keys, "dlr", "to"], 3)} | rng.choice(
            [{}, {"user": "minping", "password": PASSWORD}]
        )
        answer = client.open(
            path,
            method=rng.choice(["GET", "POST", "PUT", "HEAD", "OPTIONS"]),
            data=body,
            headers=headers,
            query_string={key: value.encode("utf-8", "replace") for key, value in query.items()},
        )
        assert answer.status_code < 500, (path, body)
    assert all(isinstance(one.text.encode(), bytes) for one in kept.replies)


def test_the_view_is_a_voters(app: Flask, kept: Kept) -> None:
    assert declared_access(app, "sms.take") == {VOTER}


def test_every_adapter_is_a_channel(tmp_path: Path) -> None:
    """Their types say the same; this says it of what the file makes."""
    channels: list[SmsChannel] = list(read_channels(written(tmp_path, GOOD)).values())
    for channel in channels:
        for name in ("send", "authenticate", "parse_reply", "parse_receipt", "acknowledge", "refuse"):
            assert callable(getattr(channel, name))
