"""Tencent Cloud: SendSms out, its callbacks in. It signs nothing that it brings, and gives replies no id."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from survey.domain.sms.message_parts import PartPrice

from .http_client import HttpAnswer, NoAnswer, NotReached, ask
from .ports import Outcome, ProviderCodes
from .request_signing import tc3_authorization
from .templates import MessageTemplate, fill_in
from .webhook import (
    Network,
    WebhookAnswer,
    WebhookRequest,
    json_answer,
    moment_of,
    read_items,
    read_json,
    receipt_in,
    require_address,
    require_secret,
    sender_of,
    text_of,
)

HOST = "sms.tencentcloudapi.com"
_CODES = ProviderCodes(
    unknown=("InternalError",),
    later=("LimitExceeded", "RequestLimitExceeded"),
    of_number="LimitExceeded.PhoneNumber",
)


@dataclass(frozen=True)
class TencentChannel:
    """An application at Tencent Cloud with a signature and approved templates."""

    name: str
    rate: int
    secret: str = field(repr=False)
    addresses: tuple[Network, ...]
    key_id: str = field(repr=False)
    key: str = field(repr=False)
    application: str
    signature: str
    templates: tuple[MessageTemplate, ...]
    region: str
    endpoint: str
    clock: Callable[[], datetime] = field(repr=False)
    price: PartPrice | None = None

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Outcome:
        """Hand one message over; only a text of an approved template goes out."""
        filled = fill_in(self.templates, self.signature, text)
        if filled is None:
            return Refused("the text is like no approved template of the channel")
        template, blanks = filled
        body = json.dumps(
            {
                "PhoneNumberSet": [number],
                "SmsSdkAppId": self.application,
                "SignName": self.signature,
                "TemplateId": template.id,
                "TemplateParamSet": list(blanks.values()),
                "SessionContext": reference,
                **({"ExtendCode": sub_number} if sub_number else {}),
            },
            ensure_ascii=False,
        ).encode()
        try:
            return _outcome(ask("POST", f"{self.endpoint}/", self._headers(body), body))
        except NotReached:
            return Refused("no connection to Tencent Cloud", later=True)
        except NoAnswer:
            return Unknown("Tencent Cloud did not answer")

    def _headers(self, body: bytes) -> Mapping[str, str]:
        at = int(self.clock().timestamp())
        signed = {
            "content-type": "application/json; charset=utf-8",
            "host": self.endpoint.partition("://")[2],
            "x-tc-action": "SendSms",
        }
        return {
            **signed,
            "X-TC-Version": "2021-01-11",
            "X-TC-Region": self.region,
            "X-TC-Timestamp": str(at),
            "Authorization": tc3_authorization(self.key_id, self.key, "sms", signed, body, at),
        }

    def authenticate(self, request: WebhookRequest) -> None:
        """Check address and secret path; raises ``NotAuthentic``."""
        require_address(request, self.addresses)
        require_secret(request, self.secret)

    def parse_reply(self, request: WebhookRequest) -> list[Incoming]:
        """Return what of a request is a reply, without id; raises ``UnreadableMessage``."""
        return [
            Incoming(
                number,
                text_of(item, "extend", ""),
                text_of(item, "text"),
                "",
                moment_of(item.get("time")),
                exact=True,
            )
            for item in read_items(read_json(request))
            if not _is_receipt(item) and (number := _sender(item)) is not None
        ]

    def parse_receipt(self, request: WebhookRequest) -> list[Receipt]:
        """Return what of a request is a report; it names the provider's id alone."""
        return [
            receipt_in(
                item,
                delivered=item["report_status"] == "SUCCESS",
                named="sid",
                why="errmsg",
                at="user_receive_time",
            )
            for item in read_items(read_json(request))
            if _is_receipt(item)
        ]

    def acknowledge(self) -> WebhookAnswer:
        """Answer that all is kept."""
        return json_answer(200, result=0, errmsg="OK")

    def refuse(self, _request: WebhookRequest, /) -> WebhookAnswer:
        """Answer that nothing is kept."""
        return json_answer(503, result=1, errmsg="retry")


def _is_receipt(item: Mapping[str, Any]) -> bool:
    return "report_status" in item


def _sender(item: Mapping[str, Any]) -> str | None:
    """Return the number of a reply; the country stands apart from it."""
    country = text_of(item, "nationcode", "86").removeprefix("+")
    return sender_of(f"+{country}{text_of(item, 'mobile')}")


def _outcome(answer: HttpAnswer) -> Outcome:
    """Return what became of the one message: an error of all of it, or its own state."""
    try:
        said = json.loads(answer.body)["Response"]
        if "Error" in said:
            status, code = {}, str(said["Error"]["Code"])
        else:
            (status,) = said["SendStatusSet"]
            code = str(status["Code"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return Unknown(f"HTTP {answer.status}")
    if code == "Ok":
        return Sent(str(status.get("SerialNo", "")))
    return _CODES.outcome(code)
