"""A gateway of one's own: signed both ways, in time, once."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from survey.channels.sms.nonces import NonceMemory
from survey.channels.sms.signed import SignedChannel, signature
from survey.channels.sms.webhook import WebhookRequest
from survey.domain.errors import NotAuthentic, UnreadableMessage
from survey.domain.sms.incoming import Incoming, LongPart, Receipt, Refused, Sent, Unknown
from tests.channels.sms.conftest import AT, KEY, a_request
from tests.sms.http_provider import HttpProvider


class Clock:
    now = AT

    def __call__(self) -> datetime:
        return self.now


def channel(url: str = "http://127.0.0.1:1/", clock: Clock | None = None, **settings: Any) -> SignedChannel:
    now = clock or Clock()
    given = {"name": "office", "rate": 10, "number": "106900001", "addresses": (), **settings}
    return SignedChannel(key=KEY, send_url=url, clock=now, nonces=NonceMemory(now), **given)


def signed(
    said: object, *, at: datetime = AT, nonce: str = "n" * 20, key: str = KEY, **changed: Any
) -> WebhookRequest:
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    seconds = str(int(at.timestamp()))
    # Worked out here by the text of docs/sms.md, not by the adapter.
    text = f"{seconds}\n{nonce}\nPOST\n/sms/office\n".encode() + content
    headers = {
        "minping-time": seconds,
        "minping-nonce": nonce,
        "minping-signature": hmac.new(key.encode(), text, hashlib.sha256).hexdigest(),
        **changed.pop("headers", {}),
    }
    return a_request(changed.pop("body", content), path="/sms/office", headers=headers, **changed)


REPLY = {
    "number": "13800001111",
    "to": "10690000107",
    "text": "3",
    "id": "a1",
    "at": "2026-06-01T08:00:00+08:00",
}


def test_a_signed_request_is_authentic() -> None:
    channel().authenticate(signed({"replies": []}))


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (signed({}, key="x" * 32), "forged"),
        (signed({}, body=b'{"replies":[]}'), "forged"),
        (signed({}, method="PUT"), "forged"),
        (signed({}, headers={"minping-signature": ""}), "forged"),
        (signed({}, headers={"minping-signature": "é"}), "forged"),
        (signed({}, headers={"minping-nonce": "m" * 20}), "forged"),
        (signed({}, headers={"minping-time": str(int(AT.timestamp()) + 1)}), "forged"),
        (signed({}, nonce="short"), "forged"),
        (signed({}, nonce="n" * 65), "forged"),
        (a_request(b"{}", path="/sms/office"), "forged"),
        (signed({}, at=AT - timedelta(minutes=5, seconds=1)), "stale"),
        (signed({}, at=AT + timedelta(minutes=5, seconds=1)), "stale"),
        (signed({}, at=datetime(1970, 1, 1, tzinfo=UTC)), "stale"),
    ],
)
def test_everything_else_is_not(request_: WebhookRequest, why: str) -> None:
    with pytest.raises(NotAuthentic) as refused:
        channel().authenticate(request_)
    assert refused.value.why == why


def test_a_request_counts_once() -> None:
    clock = Clock()
    office = channel(clock=clock)
    ahead = signed({}, at=AT + timedelta(minutes=5))
    office.authenticate(ahead)
    for later in (0, 5, 9):
        clock.now = AT + timedelta(minutes=later)
        with pytest.raises(NotAuthentic, match="replayed"):
            office.authenticate(ahead)
    clock.now = AT + timedelta(minutes=10, seconds=1)
    with pytest.raises(NotAuthentic, match="stale"):
        office.authenticate(ahead)


def test_a_forged_request_uses_no_nonce_up() -> None:
    office = channel()
    with pytest.raises(NotAuthentic):
        office.authenticate(signed({}, key="x" * 32))
    office.authenticate(signed({}))


def test_what_was_refused_may_come_again_as_it_was() -> None:
    office = channel()
    office.authenticate(signed({}))
    assert office.refuse(signed({})).status == 503
    office.authenticate(signed({}))


def test_only_from_its_addresses() -> None:
    from ipaddress import ip_network

    office = channel(addresses=(ip_network("203.0.113.0/24"), ip_network("2001:db8::/32")))
    office.authenticate(signed({}))
    for number, address in enumerate(["203.0.114.1", "2001:db9::1", "", "unknown"]):
        with pytest.raises(NotAuthentic, match="foreign"):
            office.authenticate(signed({}, address=address, nonce=f"{number:020}"))
    for number, address in enumerate(["2001:db8::7", "::ffff:203.0.113.9"]):
        office.authenticate(signed({}, address=address, nonce=f"{number:016}"))


def test_replies_are_read() -> None:
    part = {**REPLY, "id": 7, "part": {"reference": 9, "total": 2, "number": 1}}
    foreign = {**REPLY, "number": "+85291234567"}
    found = channel().parse_reply(
        signed({"replies": [REPLY, part, foreign, {"number": "13800001111", "text": ""}]})
    )
    assert found == [
        Incoming("+8613800001111", "07", "3", "a1", AT, exact=True),
        Incoming("+8613800001111", "07", "3", "7", AT, LongPart(9, 2, 1), exact=True),
        Incoming("+8613800001111", "", "", "", None),
    ]


def test_receipts_are_read() -> None:
    receipts = [
        {"reference": "r1", "delivered": True},
        {"id": "g2", "delivered": False, "why": "UNDELIV", "at": "2026-06-01T00:00:00Z"},
    ]
    request = signed({"receipts": receipts})
    assert channel().parse_receipt(request) == [Receipt("r1", True), Receipt("", False, "g2", "UNDELIV", AT)]
    assert channel().parse_reply(request) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[" * 5000,
        [],
        {},
        {"reply": []},
        {"replies": {}},
        {"replies": ["3"]},
        {"replies": [{"number": "13800001111"}]},
        {"replies": [{"text": "3"}]},
        {"replies": [{**REPLY, "text": None}]},
        {"replies": [{**REPLY, "text": ["3"]}]},
        {"replies": [{**REPLY, "id": True}]},
        {"replies": [{**REPLY, "at": "yesterday"}]},
        {"replies": [{**REPLY, "at": "2026-06-01T08:00:00"}]},
        {"replies": [{**REPLY, "part": 1}]},
        {"replies": [{**REPLY, "part": {"reference": 1, "total": 2, "number": 3}}]},
        {"replies": [{**REPLY, "part": {"reference": 1, "total": 2}}]},
        {"replies": [{**REPLY, "part": {"reference": 1, "total": 2.5, "number": 1}}]},
        {"replies": [REPLY] * 501},
    ],
)
def test_what_is_not_of_the_form_is_unreadable(body: object) -> None:
    with pytest.raises(UnreadableMessage):
        channel().parse_reply(signed(body))


@pytest.mark.parametrize("receipt", [{"reference": "r"}, {"delivered": "yes"}, {"delivered": True, "id": []}])
def test_a_receipt_says_whether_it_was_delivered(receipt: object) -> None:
    with pytest.raises(UnreadableMessage):
        channel().parse_receipt(signed({"receipts": [receipt]}))


def test_half_a_character_does_no_harm() -> None:
    (found,) = channel().parse_reply(signed(rb'{"replies":[{"number":"13800001111","text":"3\ud83d"}]}'))
    found.text.encode()


@pytest.mark.slow
def test_a_message_goes_out_signed(provider: HttpProvider) -> None:
    provider.answer = b'{"id": "g1"}'
    assert channel(f"{provider.url}/send").send("+8613800001111", "满意吗？", "r1", "07") == Sent("g1")
    (asked,) = provider.asked
    assert json.loads(asked.body) == {
        "number": "+8613800001111",
        "text": "满意吗？",
        "reference": "r1",
        "sub_number": "07",
    }
    times, nonce = asked.headers["minping-time"], asked.headers["minping-nonce"]
    assert times == str(int(AT.timestamp()))
    assert asked.headers["minping-signature"] == signature(KEY, times, nonce, "POST", "/send", asked.body)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (200, b"", Sent("")),
        (200, b'["g1"]', Sent("")),
        (400, b'{"error": "bad number"}', Refused("bad number")),
        (403, b"<html>", Refused("HTTP 403")),
        (429, b"", Refused("the gateway is busy", later=True)),
        (503, b"", Refused("the gateway is busy", later=True)),
        (500, b"", Unknown("HTTP 500")),
        (302, b"", Unknown("HTTP 302")),
        (200, b" " * 300_000, Unknown("the gateway did not answer")),
    ],
)
def test_each_answer_has_its_meaning(
    provider: HttpProvider, status: int, answer: bytes, outcome: object
) -> None:
    provider.status, provider.answer = status, answer
    assert channel(provider.url).send("+8613800001111", "测", "r1") == outcome
    assert len(provider.asked) == 1


@pytest.mark.slow
def test_without_a_connection_it_was_certainly_not_sent(unreachable: str) -> None:
    outcome = channel(unreachable).send("+8613800001111", "测", "r1")
    assert outcome == Refused("no connection to the gateway", later=True)


@pytest.mark.slow
def test_without_an_answer_nobody_knows(provider: HttpProvider) -> None:
    provider.cut = True
    assert channel(provider.url).send("+8613800001111", "测", "r1") == Unknown("the gateway did not answer")


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(channel())
