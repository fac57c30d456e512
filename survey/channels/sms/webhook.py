"""A provider's request and its answer, as values that know no framework."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from survey.domain.errors import BadPhoneNumber, NotAuthentic, UnreadableMessage
from survey.domain.sms.incoming import Receipt
from survey.domain.sms.phone_numbers import mobile_number

MAX_WEBHOOK = 64 << 10
"""Bytes of a request; a hundred replies of the longest kind have room in it."""
MAX_ITEMS = 500
CHINA = timezone(timedelta(hours=8))
"""In whose time providers of mainland China write; it has no summer time."""
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class WebhookRequest:
    """What came: header names are lower case, ``path`` is decoded, ``address`` the sender's.

    Nothing of what may hold a number or a text is shown.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    address: str = field(repr=False)

    @property
    def secret(self) -> str:
        """Return the part of the path behind the channel's name, empty where there is none."""
        return "/".join(self.path.strip("/").split("/")[2:])


@dataclass(frozen=True)
class WebhookAnswer:
    """What is answered."""

    status: int
    body: bytes
    media_type: str = "application/json"


def json_answer(status: int, **facts: object) -> WebhookAnswer:
    """Return an answer in JSON."""
    return WebhookAnswer(status, json.dumps(facts, ensure_ascii=False).encode())


def read_json(request: WebhookRequest) -> Any:
    """Return what a body says in JSON; raises ``UnreadableMessage``."""
    try:
        return json.loads(request.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableMessage from error


def read_items(found: Any) -> Sequence[Mapping[str, Any]]:
    """Return the tables of a list, or the one table; raises ``UnreadableMessage``."""
    items = found if isinstance(found, list) else [found]
    if len(items) > MAX_ITEMS or not all(isinstance(one, dict) for one in items):
        raise UnreadableMessage
    return items


def text_of(item: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Return a text, or a number as one; raises ``UnreadableMessage`` where there is none."""
    value = item.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise UnreadableMessage
    # Half a character, as JSON can write it, has no bytes that could be sealed or hashed.
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def sender_of(text: str) -> str | None:
    """Return the number that a message came from, ``None`` where it is no mobile number."""
    try:
        return mobile_number(text)
    except BadPhoneNumber:
        return None


def china_time(text: str) -> datetime | None:
    """Return a moment that a provider wrote in China's time, ``None`` where it cannot be read."""
    for form in ("%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S"):
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=CHINA)
        except ValueError:
            continue
    return None


def receipt_in(
    item: Mapping[str, Any], *, delivered: bool, named: str, why: str, at: str, reference: str = ""
) -> Receipt:
    """Return a cloud's receipt out of the fields that it calls so; why a message failed only where it did.

    Raises ``UnreadableMessage``, also without ``named`` where there is no ``reference``.
    """
    return Receipt(
        text_of(item, reference, "") if reference else "",
        delivered,
        text_of(item, named, "" if reference else None),
        "" if delivered else text_of(item, why, ""),
        china_time(text_of(item, at, "")),
    )


def moment_of(seconds: object) -> datetime | None:
    """Return a moment given in seconds since 1970, ``None`` where it cannot be read."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), CHINA)
    except (ValueError, OverflowError, OSError):
        return None


def require_secret(request: WebhookRequest, secret: str) -> None:
    """Check the secret in a path in equal time; raises ``NotAuthentic``."""
    if not hmac.compare_digest(request.secret.encode("utf-8", "replace"), secret.encode()):
        raise NotAuthentic("forged")


def require_address(request: WebhookRequest, networks: Sequence[Network]) -> None:
    """Check that a sender is in one of the networks, if there are any; raises ``NotAuthentic``."""
    if not networks:
        return
    try:
        address = ip_address(request.address)
    except ValueError as error:
        raise NotAuthentic("foreign") from error
    address = getattr(address, "ipv4_mapped", None) or address
    if not any(address.version == network.version and address in network for network in networks):
        raise NotAuthentic("foreign")


def behind(to: str, number: str) -> tuple[str, bool]:
    """Return what was dialled behind a channel's own number, and whether that is the sub-number alone.

    It is where the number stood in front of it: what comes without may have another one there.
    """
    digits = to.strip().removeprefix("+")
    if number and digits.startswith(number):
        return digits.removeprefix(number), True
    return digits, False
