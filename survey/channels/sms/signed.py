"""A gateway of one's own: JSON both ways, each request signed with a common key, with a time and once."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from survey.domain.errors import NotAuthentic, UnreadableMessage
from survey.domain.sms.incoming import Incoming, LongPart, Receipt, Refused, Sent, Unknown
from survey.domain.sms.message_parts import PartPrice

from .http_client import HttpAnswer, NoAnswer, NotReached, ask
from .ports import Outcome, SeenKeys
from .webhook import (
    Network,
    WebhookAnswer,
    WebhookRequest,
    behind,
    json_answer,
    read_items,
    read_json,
    require_address,
    sender_of,
    text_of,
)

CLOCKS_DIFFER = timedelta(minutes=5)
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_SECONDS = re.compile(r"[0-9]{1,11}")


def signature(key: str, seconds: str, nonce: str, method: str, path: str, body: bytes) -> str:
    """Return the signature of a request, in hexadecimal."""
    head = f"{seconds}\n{nonce}\n{method}\n{path}\n".encode()
    return hmac.new(key.encode(), head + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class SignedChannel:
    """A gateway that speaks the protocol of docs/sms.md."""

    name: str
    rate: int
    number: str
    key: str = field(repr=False)
    send_url: str
    addresses: tuple[Network, ...]
    clock: Callable[[], datetime] = field(repr=False)
    nonces: SeenKeys = field(repr=False)
    price: PartPrice | None = None

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Outcome:
        """Hand one message to the gateway."""
        message = {"number": number, "text": text, "reference": reference, "sub_number": sub_number}
        body = json.dumps(message, ensure_ascii=False).encode()
        seconds, nonce = str(int(self.clock().timestamp())), secrets.token_urlsafe(18)
        path = urlsplit(self.send_url).path or "/"
        headers = {
            "Content-Type": "application/json",
            "Minping-Time": seconds,
            "Minping-Nonce": nonce,
            "Minping-Signature": signature(self.key, seconds, nonce, "POST", path, body),
        }
        try:
            return _outcome(ask("POST", self.send_url, headers, body))
        except NotReached:
            return Refused("no connection to the gateway", later=True)
        except NoAnswer:
            return Unknown("the gateway did not answer")

    def authenticate(self, request: WebhookRequest) -> None:
        """Check address, signature, time and nonce, in this order; raises ``NotAuthentic``."""
        require_address(request, self.addresses)
        seconds, nonce = _header(request, "time"), _header(request, "nonce")
        if not (_SECONDS.fullmatch(seconds) and _NONCE.fullmatch(nonce)):
            raise NotAuthentic("forged")
        right = signature(self.key, seconds, nonce, request.method, request.path, request.body)
        if not hmac.compare_digest(_header(request, "signature").encode("utf-8", "replace"), right.encode()):
            raise NotAuthentic("forged")
        now = self.clock()
        if abs(now.timestamp() - int(seconds)) > CLOCKS_DIFFER.total_seconds():
            raise NotAuthentic("stale")
        # Kept for as long as the same request would be in time: twice as long, since its clock may be ahead.
        if self.nonces.seen(self._key(request), now + 2 * CLOCKS_DIFFER):
            raise NotAuthentic("replayed")

    def _key(self, request: WebhookRequest) -> str:
        return f"{self.name} {_header(request, 'nonce')}"

    def parse_reply(self, request: WebhookRequest) -> list[Incoming]:
        """Return the replies; raises ``UnreadableMessage``."""
        found = []
        for item in _items(request, "replies"):
            number = sender_of(text_of(item, "number"))
            if number is None:
                continue
            to, exact = behind(text_of(item, "to", ""), self.number)
            text, named = text_of(item, "text"), text_of(item, "id", "")
            found.append(Incoming(number, to, text, named, _moment(item), _part(item), exact))
        return found

    def parse_receipt(self, request: WebhookRequest) -> list[Receipt]:
        """Return the receipts; raises ``UnreadableMessage``."""
        found = []
        for item in _items(request, "receipts"):
            if not isinstance(item.get("delivered"), bool):
                raise UnreadableMessage
            reference, id_ = text_of(item, "reference", ""), text_of(item, "id", "")
            found.append(Receipt(reference, item["delivered"], id_, text_of(item, "why", ""), _moment(item)))
        return found

    def acknowledge(self) -> WebhookAnswer:
        """Answer that all is kept."""
        return json_answer(200, taken=True)

    def refuse(self, request: WebhookRequest, /) -> WebhookAnswer:
        """Answer that nothing is kept; the same request may come again."""
        self.nonces.forget(self._key(request))
        return json_answer(503, taken=False)


def _header(request: WebhookRequest, name: str) -> str:
    return request.headers.get(f"minping-{name}", "")


def _items(request: WebhookRequest, key: str) -> list[Mapping[str, Any]]:
    found = read_json(request)
    if not isinstance(found, dict) or not found.keys() & {"replies", "receipts"}:
        raise UnreadableMessage
    listed = found.get(key, [])
    if not isinstance(listed, list):
        raise UnreadableMessage
    return list(read_items(listed))


def _moment(item: Mapping[str, Any]) -> datetime | None:
    """Return the carrier's moment; one without a zone would be guessed, and is refused."""
    written = item.get("at")
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError as error:
        raise UnreadableMessage from error
    if moment.tzinfo is None:
        raise UnreadableMessage
    return moment


def _part(item: Mapping[str, Any]) -> LongPart | None:
    part = item.get("part")
    if part is None:
        return None
    if not isinstance(part, dict):
        raise UnreadableMessage
    numbers = [part.get(name) for name in ("reference", "total", "number")]
    if not all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 65_535 for one in numbers):
        raise UnreadableMessage
    reference, total, number = map(int, map(str, numbers))
    if not 1 <= number <= total <= 255:
        raise UnreadableMessage
    return LongPart(reference, total, number)


def _outcome(answer: HttpAnswer) -> Outcome:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    said = said if isinstance(said, dict) else {}
    if answer.status == 200:
        return Sent(str(said.get("id", "")))
    if answer.status in (429, 503):
        return Refused("the gateway is busy", later=True)
    if 400 <= answer.status < 500:
        return Refused(str(said.get("error", f"HTTP {answer.status}"))[:200])
    return Unknown(f"HTTP {answer.status}")
