"""Kannel: from this machine alone, with its password; replies and receipts in the address."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from survey.channels.sms.kannel import KannelChannel
from survey.channels.sms.webhook import WebhookRequest
from survey.domain.errors import NotAuthentic, UnreadableMessage
from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from tests.channels.sms.conftest import AT, a_request
from tests.sms.http_provider import HttpProvider

PASSWORD = "a-long-password-of-kannel"
LOGIN = {"user": "minping", "password": PASSWORD}
REPLY = {
    **LOGIN,
    "number": "+8613800001111",
    "to": "10690000107",
    "text": "3。",
    "id": "6f1c",
    "time": str(int(AT.timestamp())),
}


def channel(url: str = "http://127.0.0.1:1/cgi-bin/sendsms") -> KannelChannel:
    return KannelChannel(
        "office", 10, "106900001", "minping", PASSWORD, url, "http://127.0.0.1:8000/sms/office"
    )


def got(query: dict[str, str], address: str = "127.0.0.1") -> WebhookRequest:
    return a_request(method="GET", path="/sms/office", query=query, address=address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.9", "::1", "::ffff:127.0.0.1"])
def test_it_is_this_machine_with_the_password(address: str) -> None:
    channel().authenticate(got(REPLY, address))


@pytest.mark.parametrize(
    ("query", "address", "why"),
    [
        (REPLY, "203.0.113.7", "foreign"),
        (REPLY, "10.0.0.1", "foreign"),
        (REPLY, "", "foreign"),
        ({**REPLY, "password": "wrong"}, "127.0.0.1", "forged"),
        ({**REPLY, "user": "other"}, "127.0.0.1", "forged"),
        ({**REPLY, "password": "é"}, "127.0.0.1", "forged"),
        ({}, "127.0.0.1", "forged"),
    ],
)
def test_nobody_else_is(query: dict[str, str], address: str, why: str) -> None:
    with pytest.raises(NotAuthentic) as refused:
        channel().authenticate(got(query, address))
    assert refused.value.why == why


def test_a_reply_is_read() -> None:
    assert channel().parse_reply(got(REPLY)) == [
        Incoming("+8613800001111", "07", "3。", "6f1c", AT, exact=True)
    ]
    assert channel().parse_receipt(got(REPLY)) == []
    assert channel().parse_reply(got({**REPLY, "number": "10086"})) == []


@pytest.mark.parametrize("missing", ["number", "to", "text"])
def test_without_a_part_of_it_it_is_unreadable(missing: str) -> None:
    with pytest.raises(UnreadableMessage):
        channel().parse_reply(got({key: value for key, value in REPLY.items() if key != missing}))


@pytest.mark.parametrize(
    ("state", "receipts"),
    [
        ("1", [Receipt("r1", True)]),
        ("2", [Receipt("r1", False, why="UNDELIV")]),
        ("16", [Receipt("r1", False, why="UNDELIV")]),
        ("4", []),
        ("8", []),
    ],
)
def test_final_receipts_are_read(state: str, receipts: list[Receipt]) -> None:
    query = {**LOGIN, "reference": "r1", "dlr": state, "why": "UNDELIV"}
    assert channel().parse_receipt(got(query)) == receipts
    assert channel().parse_reply(got(query)) == []


@pytest.mark.parametrize("query", [{"dlr": "x"}, {"dlr": ""}, {"dlr": "²"}, {"dlr": "1"}])
def test_a_receipt_without_state_or_name_is_unreadable(query: dict[str, str]) -> None:
    with pytest.raises(UnreadableMessage):
        channel().parse_receipt(got(query))


def test_its_answer_is_empty_for_kannel_would_send_it() -> None:
    assert (channel().acknowledge().status, channel().acknowledge().body) == (200, b"")
    assert (channel().refuse(got({})).status, channel().refuse(got({})).body) == (503, b"")


@pytest.mark.slow
def test_a_message_goes_out_and_says_where_its_receipt_goes(provider: HttpProvider) -> None:
    provider.status, provider.answer = 202, b"0: Accepted for delivery"
    assert channel(f"{provider.url}/cgi-bin/sendsms").send("+8613800001111", "满意吗？", "r 1", "07") == Sent(
        ""
    )
    (asked,) = provider.asked
    back = asked.query.pop("dlr-url")
    assert asked.query == {
        "username": "minping",
        "password": PASSWORD,
        "from": "10690000107",
        "to": "+8613800001111",
        "text": "满意吗？",
        "charset": "UTF-8",
        "coding": "2",
        "dlr-mask": "19",
    }
    # As Kannel would fill it in.
    query = dict(parse_qsl(urlsplit(back.replace("%d", "1").replace("%A", "ok")).query))
    channel().authenticate(got(query))
    assert channel().parse_receipt(got(query)) == [Receipt("r 1", True)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (202, b"3: Queued for later delivery", Sent("")),
        (403, b"Authorization failed for sendsms", Refused("Authorization failed for sendsms")),
        (404, b"", Refused("HTTP 404")),
        (
            503,
            b"Temporal failure, try again later.",
            Refused("Temporal failure, try again later.", later=True),
        ),
        (500, b"", Unknown("HTTP 500")),
    ],
)
def test_each_answer_has_its_meaning(
    provider: HttpProvider, status: int, answer: bytes, outcome: object
) -> None:
    provider.status, provider.answer = status, answer
    assert channel(provider.url).send("+8613800001111", "测", "r1") == outcome


@pytest.mark.slow
def test_what_is_not_answered_is_unknown_and_what_is_not_reached_is_not_sent(
    provider: HttpProvider, unreachable: str
) -> None:
    provider.cut = True
    assert channel(provider.url).send("+8613800001111", "测", "r1") == Unknown("Kannel did not answer")
    assert channel(unreachable).send("+8613800001111", "测", "r1") == Refused(
        "no connection to Kannel", later=True
    )


def test_its_password_is_not_shown() -> None:
    assert PASSWORD not in repr(channel())
