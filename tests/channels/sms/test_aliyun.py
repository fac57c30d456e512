"""Aliyun: what it brings is read as it documents it, and what goes out is signed and of an approved text."""

import json
from datetime import datetime
from typing import Any

import pytest

from survey.channels.sms.aliyun import AliyunChannel
from survey.channels.sms.request_signing import acs3_authorization, acs3_query
from survey.channels.sms.templates import MessageTemplate
from survey.channels.sms.webhook import CHINA
from survey.domain.errors import NotAuthentic, UnreadableMessage
from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from tests.channels.sms.conftest import AT, SECRET, a_request
from tests.sms.http_provider import HttpProvider

TEMPLATE = MessageTemplate("SMS_1", "${title}：${ratee}的服务，1很满意2满意。回复数字即可，拒收请回复R")
TEXT = "【某局】办事满意度：窗口甲的服务，1很满意2满意。回复数字即可，拒收请回复R"
UP = {
    "phone_number": "13800001111",
    "send_time": "2026-06-01 08:00:00",
    "content": "3。",
    "sign_name": "某局",
    "dest_code": "1234",
    "sequence_id": 1234567890,
}
REPORT = {
    "phone_number": "13800001111",
    "send_time": "2026-06-01 08:00:00",
    "report_time": "2026-06-01 08:00:05",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "b1",
    "out_id": "r1",
}


def channel(endpoint: str = "http://127.0.0.1:1", **settings: Any) -> AliyunChannel:
    given = {"number": "", "addresses": (), "templates": (TEMPLATE,), **settings}
    return AliyunChannel(
        name="office",
        rate=10,
        secret=SECRET,
        key_id="id",
        key="key",
        signature="某局",
        endpoint=endpoint,
        clock=lambda: AT,
        **given,
    )


def test_the_secret_path_is_the_key() -> None:
    channel().authenticate(a_request())


@pytest.mark.parametrize(
    "path",
    [
        "/sms/office",
        "/sms/office/",
        f"/sms/office/{SECRET[:-1]}",
        f"/sms/office/{SECRET}x",
        f"/sms/office/{SECRET}/more",
        f"/sms/office/{SECRET.lower()}",
        "/sms/office/é",
    ],
)
def test_another_path_is_none(path: str) -> None:
    with pytest.raises(NotAuthentic, match="forged"):
        channel().authenticate(a_request(path=path))


@pytest.mark.parametrize("changed", [{}, {"sequence_id": "1234567890"}, {"sign_name": None}])
def test_replies_are_read(changed: dict[str, Any]) -> None:
    body = json.dumps([{**UP, **changed}, {**UP, "phone_number": "10086"}])
    assert channel().parse_reply(a_request(body)) == [
        Incoming("+8613800001111", "1234", "3。", "1234567890", datetime(2026, 6, 1, 8, tzinfo=CHINA))
    ]


def test_what_is_dialled_behind_ones_number_is_the_sub_number() -> None:
    body = json.dumps([{**UP, "dest_code": "106900001" + "07"}])
    assert [one.to for one in channel(number="106900001").parse_reply(a_request(body))] == ["07"]


def test_receipts_are_read_at_the_same_address() -> None:
    failed = {**REPORT, "success": False, "err_code": "MOBILE_NOT_ON_SERVICE", "out_id": "r2"}
    request = a_request(json.dumps([REPORT, failed]))
    at = datetime(2026, 6, 1, 8, 0, 5, tzinfo=CHINA)
    assert channel().parse_receipt(request) == [
        Receipt("r1", True, "b1", "", at),
        Receipt("r2", False, "b1", "MOBILE_NOT_ON_SERVICE", at),
    ]
    assert channel().parse_reply(request) == []


def test_a_time_that_cannot_be_read_is_none() -> None:
    assert [one.at for one in channel().parse_reply(a_request(json.dumps([{**UP, "send_time": ""}])))] == [
        None
    ]


@pytest.mark.parametrize("body", ["", "3", '"3"', "[3]", "[[]]", "{}", '[{"content": "3"}]', "\x00", "NaN"])
def test_what_is_not_of_the_form_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableMessage):
        channel().parse_reply(a_request(body))


def test_it_answers_as_the_provider_wants_it() -> None:
    assert (channel().acknowledge().status, json.loads(channel().acknowledge().body)["code"]) == (200, 0)
    assert channel().refuse(a_request()).status == 503


@pytest.mark.slow
def test_a_message_goes_out_signed_as_what_was_approved(provider: HttpProvider) -> None:
    provider.answer = b'{"Code": "OK", "BizId": "b1", "Message": "OK", "RequestId": "x"}'
    assert channel(provider.url).send("+8613800001111", TEXT, "r1", "07") == Sent("b1")
    (asked,) = provider.asked
    assert asked.query == {
        "PhoneNumbers": "13800001111",
        "SignName": "某局",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"title": "办事满意度", "ratee": "窗口甲"}',
        "OutId": "r1",
        "SmsUpExtendCode": "07",
    }
    signed = {
        name: asked.headers[name] for name in asked.headers if name == "host" or name.startswith("x-acs")
    }
    assert (signed["x-acs-action"], signed["x-acs-version"]) == ("SendSms", "2017-05-25")
    assert signed["x-acs-date"] == "2026-06-01T00:00:00Z"
    query = acs3_query(asked.query)
    assert asked.headers["authorization"] == acs3_authorization("id", "key", "POST", query, signed, b"")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (200, '{"Code": "isv.MOBILE_NUMBER_ILLEGAL"}', Refused("isv.MOBILE_NUMBER_ILLEGAL")),
        (
            200,
            '{"Code": "isv.BUSINESS_LIMIT_CONTROL"}',
            Refused("isv.BUSINESS_LIMIT_CONTROL", later=True, of_number=True),
        ),
        (200, '{"Code": "isv.DAY_LIMIT_CONTROL"}', Refused("isv.DAY_LIMIT_CONTROL", later=True)),
        (400, '{"Code": "Throttling.User"}', Refused("Throttling.User", later=True)),
        (200, '{"Code": "isp.SYSTEM_ERROR"}', Unknown("isp.SYSTEM_ERROR")),
        (500, '{"Code": "InternalError"}', Unknown("InternalError")),
        (403, '{"Code": "InvalidAccessKeyId.NotFound"}', Refused("InvalidAccessKeyId.NotFound")),
        (200, "", Unknown("HTTP 200")),
        (502, "<html>", Unknown("HTTP 502")),
        (200, '{"Code": 1}', Unknown("HTTP 200")),
    ],
)
def test_each_answer_has_its_meaning(
    provider: HttpProvider, status: int, answer: str, outcome: object
) -> None:
    provider.status, provider.answer = status, answer.encode()
    assert channel(provider.url).send("+8613800001111", TEXT, "r1") == outcome


def test_a_text_that_nobody_approved_stays_here() -> None:
    outcome = channel().send("+8613800001111", "别的内容", "r1")
    assert outcome == Refused("the text is like no approved template of the channel")


@pytest.mark.slow
def test_what_is_not_answered_is_unknown_and_what_is_not_reached_is_not_sent(
    provider: HttpProvider, unreachable: str
) -> None:
    provider.cut = True
    assert channel(provider.url).send("+8613800001111", TEXT, "r1") == Unknown("Aliyun did not answer")
    assert channel(unreachable).send("+8613800001111", TEXT, "r1") == Refused(
        "no connection to Aliyun", later=True
    )


def test_keys_are_not_shown() -> None:
    assert SECRET not in repr(channel())
    assert "'key'" not in repr(channel())
