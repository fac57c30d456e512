"""Tencent Cloud: what it brings is read as it documents it, and what goes out is signed."""

import json
from typing import Any

import pytest

from survey.channels.sms.request_signing import tc3_authorization
from survey.channels.sms.templates import MessageTemplate
from survey.channels.sms.tencent import TencentChannel
from survey.channels.sms.webhook import china_time
from survey.domain.errors import NotAuthentic, UnreadableMessage
from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from tests.channels.sms.conftest import AT, SECRET, a_request
from tests.sms.http_provider import HttpProvider

TEMPLATE = MessageTemplate("1110", "{1}：{2}的服务，1很满意2满意。拒收请回复R")
TEXT = "办事满意度：窗口甲的服务，1很满意2满意。拒收请回复R"
REPLY = {
    "extend": "07",
    "mobile": "13800001111",
    "nationcode": "86",
    "sign": "某局",
    "text": "3。",
    "time": int(AT.timestamp()),
}
REPORT = {
    "user_receive_time": "2026-06-01 08:00:05",
    "nationcode": "86",
    "mobile": "13800001111",
    "report_status": "SUCCESS",
    "errmsg": "DELIVRD",
    "description": "用户短信送达成功",
    "sid": "s1",
}


def channel(endpoint: str = "http://127.0.0.1:1") -> TencentChannel:
    return TencentChannel(
        name="office",
        rate=10,
        secret=SECRET,
        addresses=(),
        key_id="id",
        key="key",
        application="1400006666",
        signature="某局",
        templates=(TEMPLATE,),
        region="ap-guangzhou",
        endpoint=endpoint,
        clock=lambda: AT,
    )


def test_the_secret_path_is_the_key() -> None:
    channel().authenticate(a_request())
    with pytest.raises(NotAuthentic, match="forged"):
        channel().authenticate(a_request(path="/sms/office/other"))


@pytest.mark.parametrize(
    ("changed", "at", "to"),
    [
        ({}, AT, "07"),
        ({"extend": ""}, AT, ""),
        ({"time": "x"}, None, "07"),
        ({"time": 10**30}, None, "07"),
        ({"nationcode": "+86"}, AT, "07"),
    ],
)
def test_a_reply_is_read_and_has_no_id(changed: dict[str, Any], at: object, to: str) -> None:
    (found,) = channel().parse_reply(a_request(json.dumps({**REPLY, **changed})))
    assert found == Incoming("+8613800001111", to, "3。", "", found.at, exact=True)
    assert found.at == at


def test_a_number_of_another_country_is_left_out() -> None:
    assert channel().parse_reply(a_request(json.dumps({**REPLY, "nationcode": "1"}))) == []


def test_receipts_are_read_at_the_same_address() -> None:
    failed = {**REPORT, "report_status": "FAIL", "errmsg": "MB:0001", "sid": "s2"}
    request = a_request(json.dumps([REPORT, failed]))
    at = china_time("2026-06-01 08:00:05")
    assert channel().parse_receipt(request) == [
        Receipt("", True, "s1", "", at),
        Receipt("", False, "s2", "MB:0001", at),
    ]
    assert channel().parse_reply(request) == []


@pytest.mark.parametrize(
    "body", ["", "3", "[3]", "{}", json.dumps({**REPLY, "text": None}), json.dumps({"mobile": "13800001111"})]
)
def test_what_is_not_of_the_form_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableMessage):
        channel().parse_reply(a_request(body))


def test_a_receipt_without_a_name_is_unreadable() -> None:
    with pytest.raises(UnreadableMessage):
        channel().parse_receipt(a_request(json.dumps([{"report_status": "SUCCESS"}])))


def test_it_answers_as_the_provider_wants_it() -> None:
    assert json.loads(channel().acknowledge().body) == {"result": 0, "errmsg": "OK"}
    assert (
        channel().refuse(a_request()).status,
        json.loads(channel().refuse(a_request()).body)["result"],
    ) == (
        503,
        1,
    )


@pytest.mark.slow
def test_a_message_goes_out_signed_as_what_was_approved(provider: HttpProvider) -> None:
    provider.answer = b'{"Response": {"SendStatusSet": [{"SerialNo": "s1", "Code": "Ok"}], "RequestId": "x"}}'
    assert channel(provider.url).send("+8613800001111", TEXT, "r1", "07") == Sent("s1")
    (asked,) = provider.asked
    assert json.loads(asked.body) == {
        "PhoneNumberSet": ["+8613800001111"],
        "SmsSdkAppId": "1400006666",
        "SignName": "某局",
        "TemplateId": "1110",
        "TemplateParamSet": ["办事满意度", "窗口甲"],
        "SessionContext": "r1",
        "ExtendCode": "07",
    }
    signed = {name: asked.headers[name] for name in ("content-type", "host", "x-tc-action")}
    at = int(AT.timestamp())
    assert asked.headers["authorization"] == tc3_authorization("id", "key", "sms", signed, asked.body, at)
    assert (asked.headers["x-tc-timestamp"], asked.headers["x-tc-version"]) == (str(at), "2021-01-11")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            {"Response": {"SendStatusSet": [{"Code": "InvalidParameterValue.IncorrectPhoneNumber"}]}},
            Refused("InvalidParameterValue.IncorrectPhoneNumber"),
        ),
        (
            {"Response": {"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberDailyLimit"}]}},
            Refused("LimitExceeded.PhoneNumberDailyLimit", later=True, of_number=True),
        ),
        (
            {"Response": {"Error": {"Code": "RequestLimitExceeded", "Message": "x"}}},
            Refused("RequestLimitExceeded", later=True),
        ),
        (
            {"Response": {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": "x"}}},
            Refused("AuthFailure.SignatureFailure"),
        ),
        (
            {"Response": {"Error": {"Code": "InternalError.Timeout", "Message": "x"}}},
            Unknown("InternalError.Timeout"),
        ),
        (
            {"Response": {"SendStatusSet": [{"Code": "InternalError.SendAndRecvFail"}]}},
            Unknown("InternalError.SendAndRecvFail"),
        ),
        ({"Response": {"SendStatusSet": []}}, Unknown("HTTP 200")),
        ({"Response": None}, Unknown("HTTP 200")),
        ([], Unknown("HTTP 200")),
    ],
)
def test_each_answer_has_its_meaning(provider: HttpProvider, answer: object, outcome: object) -> None:
    provider.answer = json.dumps(answer).encode()
    assert channel(provider.url).send("+8613800001111", TEXT, "r1") == outcome


def test_a_text_that_nobody_approved_stays_here() -> None:
    assert isinstance(channel().send("+8613800001111", "别的内容", "r1"), Refused)


@pytest.mark.slow
def test_what_is_not_answered_is_unknown_and_what_is_not_reached_is_not_sent(
    provider: HttpProvider, unreachable: str
) -> None:
    provider.cut = True
    assert isinstance(channel(provider.url).send("+8613800001111", TEXT, "r1"), Unknown)
    assert channel(unreachable).send("+8613800001111", TEXT, "r1") == Refused(
        "no connection to Tencent Cloud", later=True
    )


def test_keys_are_not_shown() -> None:
    assert SECRET not in repr(channel())
    assert "'key'" not in repr(channel())
