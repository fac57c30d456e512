"""Kannel, a gateway on the same machine. It acknowledges the carrier before the reply is here."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from urllib.parse import urlencode

from survey.domain.errors import NotAuthentic, UnreadableMessage
from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from survey.domain.sms.message_parts import PartPrice

from .http_client import HttpAnswer, NoAnswer, NotReached, ask
from .ports import Outcome
from .webhook import WebhookAnswer, WebhookRequest, behind, moment_of, require_address, sender_of

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_DELIVERED, _FAILED, _REJECTED = 1, 2, 16
_FINAL = _DELIVERED | _FAILED | _REJECTED


@dataclass(frozen=True)
class KannelChannel:
    """A ``sendsms-user`` and a ``sms-service`` of Kannel, both with the same user and password here."""

    name: str
    rate: int
    number: str
    user: str
    password: str = field(repr=False)
    send_url: str
    own_url: str
    price: PartPrice | None = None

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Outcome:
        """Hand one message to Kannel, which queues it and sends a receipt to ``own_url``."""
        receipts = {"user": self.user, "password": self.password, "reference": reference}
        query = {
            "username": self.user,
            "password": self.password,
            "from": self.number + sub_number,
            "to": number,
            "text": text,
            "charset": "UTF-8",
            "coding": "2",
            "dlr-mask": str(_FINAL),
            # %d and %A are Kannel's: what became of it, and the carrier's word.
            "dlr-url": f"{self.own_url}?{urlencode(receipts)}&dlr=%d&why=%A",
        }
        try:
            return _outcome(ask("GET", f"{self.send_url}?{urlencode(query)}"))
        except NotReached:
            return Refused("no connection to Kannel", later=True)
        except NoAnswer:
            return Unknown("Kannel did not answer")

    def authenticate(self, request: WebhookRequest) -> None:
        """Check that Kannel is on this machine and knows the password; raises ``NotAuthentic``."""
        require_address(request, LOOPBACK)
        given = "\n".join(request.query.get(name, "") for name in ("user", "password"))
        right = f"{self.user}\n{self.password}"
        if not hmac.compare_digest(given.encode("utf-8", "replace"), right.encode()):
            raise NotAuthentic("forged")

    def parse_reply(self, request: WebhookRequest) -> list[Incoming]:
        """Return the one reply; raises ``UnreadableMessage``."""
        query = request.query
        if "dlr" in query:
            return []
        number = sender_of(_of(query, "number"))
        if number is None:
            return []
        to, exact = behind(_of(query, "to"), self.number)
        named, at = query.get("id", ""), moment_of(query.get("time"))
        return [Incoming(number, to, _of(query, "text"), named, at, exact=exact)]

    def parse_receipt(self, request: WebhookRequest) -> list[Receipt]:
        """Return the one receipt; raises ``UnreadableMessage``."""
        if "dlr" not in request.query:
            return []
        state = _of(request.query, "dlr")
        if not (state.isascii() and state.isdigit()):
            raise UnreadableMessage
        if not int(state) & _FINAL:
            return []
        delivered = int(state) == _DELIVERED
        why = "" if delivered else request.query.get("why", "")[:200]
        return [Receipt(_of(request.query, "reference"), delivered, why=why)]

    def acknowledge(self) -> WebhookAnswer:
        """Answer without a text, for Kannel sends what stands in the answer to the client."""
        return WebhookAnswer(200, b"", "text/plain")

    def refuse(self, _request: WebhookRequest, /) -> WebhookAnswer:
        """Answer that nothing is kept; Kannel asks again as often as its configuration says."""
        return WebhookAnswer(503, b"", "text/plain")


def _of(query: Mapping[str, str], key: str) -> str:
    if key not in query:
        raise UnreadableMessage
    return query[key]


def _outcome(answer: HttpAnswer) -> Outcome:
    said = answer.body.decode("utf-8", "replace").strip()[:200]
    if answer.status == 202:
        return Sent("")
    if answer.status == 503:
        return Refused(said or "Kannel is busy", later=True)
    if 400 <= answer.status < 500:
        return Refused(said or f"HTTP {answer.status}")
    return Unknown(f"HTTP {answer.status}")
