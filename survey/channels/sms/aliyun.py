"""Aliyun: SendSms out, SmsUp and SmsReport in. It signs nothing that it brings, so its address is secret."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from survey.domain.sms.message_parts import PartPrice

from .http_client import HttpAnswer, NoAnswer, NotReached, ask
from .ports import Outcome, ProviderCodes
from .request_signing import acs3_authorization, acs3_query, sha256_hex
from .templates import MessageTemplate, fill_in
from .webhook import (
    Network,
    WebhookAnswer,
    WebhookRequest,
    behind,
    china_time,
    json_answer,
    read_items,
    read_json,
    receipt_in,
    require_address,
    require_secret,
    sender_of,
    text_of,
)

HOST = "dysmsapi.aliyuncs.com"
_CODES = ProviderCodes(
    unknown=("isp.SYSTEM_ERROR", "InternalError", "ServiceUnavailable"),
    later=("isv.BUSINESS_LIMIT_CONTROL", "isv.DAY_LIMIT_CONTROL", "Throttling"),
    # So many a minute, an hour and a day.
    of_number="isv.BUSINESS_LIMIT_CONTROL",
)


@dataclass(frozen=True)
class AliyunChannel:
    """An account at Aliyun with a signature and approved templates."""

    name: str
    rate: int
    number: str
    secret: str = field(repr=False)
    addresses: tuple[Network, ...]
    key_id: str = field(repr=False)
    key: str = field(repr=False)
    signature: str
    templates: tuple[MessageTemplate, ...]
    endpoint: str
    clock: Callable[[], datetime] = field(repr=False)
    price: PartPrice | None = None

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Outcome:
        """Hand one message over; only a text of an approved template goes out."""
        filled = fill_in(self.templates, self.signature, text)
        if filled is None:
            return Refused("the text is like no approved template of the channel")
        template, blanks = filled
        query = acs3_query(
            {
                "PhoneNumbers": number.removeprefix("+86"),
                "SignName": self.signature,
                "TemplateCode": template.id,
                "TemplateParam": json.dumps(blanks, ensure_ascii=False),
                "OutId": reference,
                **({"SmsUpExtendCode": sub_number} if sub_number else {}),
            }
        )
        try:
            return _outcome(ask("POST", f"{self.endpoint}/?{query}", self._headers(query), b""))
        except NotReached:
            return Refused("no connection to Aliyun", later=True)
        except NoAnswer:
            return Unknown("Aliyun did not answer")

    def _headers(self, query: str) -> Mapping[str, str]:
        signed = {
            "host": self.endpoint.partition("://")[2],
            "x-acs-action": "SendSms",
            "x-acs-version": "2017-05-25",
            "x-acs-date": f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": sha256_hex(b""),
        }
        return {
            **signed,
            "Authorization": acs3_authorization(self.key_id, self.key, "POST", query, signed, b""),
        }

    def authenticate(self, request: WebhookRequest) -> None:
        """Check address and secret path; raises ``NotAuthentic``."""
        require_address(request, self.addresses)
        require_secret(request, self.secret)

    def parse_reply(self, request: WebhookRequest) -> list[Incoming]:
        """Return what of a request is SmsUp; raises ``UnreadableMessage``."""
        found = []
        for item in read_items(read_json(request)):
            number = None if _is_receipt(item) else sender_of(text_of(item, "phone_number"))
            if number is None:
                continue
            to, exact = behind(text_of(item, "dest_code", ""), self.number)
            text, named = text_of(item, "content"), text_of(item, "sequence_id", "")
            at = china_time(text_of(item, "send_time", ""))
            found.append(Incoming(number, to, text, named, at, exact=exact))
        return found

    def parse_receipt(self, request: WebhookRequest) -> list[Receipt]:
        """Return what of a request is SmsReport; raises ``UnreadableMessage``."""
        return [
            receipt_in(
                item,
                delivered=item["success"] in (True, "true"),
                reference="out_id",
                named="biz_id",
                why="err_code",
                at="report_time",
            )
            for item in read_items(read_json(request))
            if _is_receipt(item)
        ]

    def acknowledge(self) -> WebhookAnswer:
        """Answer that all is kept."""
        return json_answer(200, code=0, msg="接收成功")

    def refuse(self, _request: WebhookRequest, /) -> WebhookAnswer:
        """Answer that nothing is kept: Aliyun looks at the status alone, and comes again after minutes."""
        return json_answer(503, code=1, msg="retry")


def _is_receipt(item: Mapping[str, Any]) -> bool:
    return "success" in item


def _outcome(answer: HttpAnswer) -> Outcome:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("Code"), str):
        return Unknown(f"HTTP {answer.status}")
    code = said["Code"]
    if code == "OK":
        return Sent(str(said.get("BizId", "")))
    return _CODES.outcome(code)
