"""What may stand in the table of a channel: each entry read by its kind, and every fault with its place."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from survey.domain.errors import ChannelFault, ChannelFlaw
from survey.domain.sms.message_parts import MAX_PRICE, PartPrice, read_price

from .templates import MessageTemplate
from .webhook import Network

_SECRET = re.compile(r"[A-Za-z0-9_-]+")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MISSING = object()
_NEW_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"  # noqa: S105 – how one is made
_YUAN = "元"
_EXAMPLE = "CHANGE"
"""How secrets begin in docs/sms.md."""


@dataclass
class ChannelTable:
    """The table of one channel while it is read; ``faults`` grows, and a faulty entry's value is void."""

    path: str
    given: Mapping[str, Any] = field(repr=False)
    faults: list[ChannelFault]
    read: set[str] = field(default_factory=set)

    def fault(self, key: str, flaw: ChannelFlaw, **facts: object) -> None:
        """Note what is wrong with an entry, without what stands there: it may be a key."""
        self.faults.append(ChannelFault(f"{self.path}.{key}" if key else self.path, flaw, facts))

    def refuse_unknown(self) -> None:
        """Note every entry that nobody asked for."""
        for key in sorted(set(self.given) - self.read):
            self.fault(key, ChannelFlaw.UNKNOWN_KEY, known=", ".join(sorted(self.read)))

    def text(self, key: str, default: str | None = None, *, most: int = 300) -> str:
        """Return a text of one line."""
        value = self._take(key, default)
        if isinstance(value, str) and value.strip() and len(value) <= most and value.isprintable():
            return value.strip()
        if value is not _MISSING and value != default:
            self.fault(key, ChannelFlaw.NO_LINE, most=most)
        return default or ""

    def digits(self, key: str, default: str | None = None) -> str:
        """Return a number that is dialled."""
        return self._matching(key, default, r"[0-9]{1,21}", ChannelFlaw.NO_DIGITS)

    def name(self, key: str, default: str | None = None) -> str:
        """Return a word without spaces: what a provider calls something."""
        return self._matching(key, default, r"[A-Za-z0-9_.:-]{1,128}", ChannelFlaw.NO_WORD)

    def key(self, key: str, least: int = 1, most: int = 512) -> str:
        """Return a secret of so many characters, as a provider gave it."""
        pattern = rf"[!-~]{{{least},{most}}}"
        value = self._matching(key, None, pattern, ChannelFlaw.WRONG_LENGTH, least=least, most=most)
        self._refuse_example(key, value)
        return value

    def _refuse_example(self, key: str, value: str) -> None:
        if value.startswith(_EXAMPLE):
            self.fault(key, ChannelFlaw.EXAMPLE)

    def secret(self, key: str) -> str:
        """Return a part of an address that nobody can guess: at least 128 bits."""
        value = self._matching(key, None, _SECRET.pattern, ChannelFlaw.BAD_CHARACTERS)
        self._refuse_example(key, value)
        # Hexadecimal has four bits a character, others six.
        least = 32 if re.fullmatch("[0-9a-f]*|[0-9A-F]*", value) else 22
        if value and (len(value) < least or len(set(value)) < 10):
            self.fault(key, ChannelFlaw.GUESSED, command=_NEW_SECRET)
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """Return a whole number."""
        value = self._take(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.fault(key, ChannelFlaw.NO_WHOLE_NUMBER, least=least, most=most)
        return default

    def price(self, key: str, currency: str) -> PartPrice | None:
        """Return what a part costs, ``None`` where it is not said."""
        named = self.text(currency, _YUAN, most=10)
        value = self._take(key, "")
        if value == "":
            return None
        is_number = isinstance(value, (str, int, Decimal)) and not isinstance(value, bool)
        amount = read_price(str(value)) if is_number else None
        if amount is None:
            self.fault(key, ChannelFlaw.NO_PRICE, most=MAX_PRICE)
            return None
        return PartPrice(amount, named)

    def flag(self, key: str, default: bool) -> bool:
        """Return yes or no."""
        value = self._take(key, default)
        if isinstance(value, bool):
            return value
        self.fault(key, ChannelFlaw.NO_FLAG)
        return default

    def url(self, key: str, default: str | None = None) -> str:
        """Return an address: HTTPS, or plain HTTP to this machine."""
        value = self._take(key, default)
        if value is _MISSING:
            return ""
        try:
            parts = urlsplit(value if isinstance(value, str) else "")
            host, _port = parts.hostname, parts.port
        except ValueError:
            host = None
        plain = isinstance(value, str) and value.isascii() and value.isprintable() and " " not in value
        if not host or not plain or parts.query or parts.fragment or "@" in parts.netloc:
            self.fault(key, ChannelFlaw.NO_URL)
        elif parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
            self.fault(key, ChannelFlaw.PLAIN_HTTP)
        return str(value)

    def addresses(self, key: str) -> tuple[Network, ...]:
        """Return networks."""
        return tuple(self._each(key, ChannelFlaw.NO_ADDRESSES, _network))

    def templates(self, key: str) -> tuple[MessageTemplate, ...]:
        """Return approved texts, at least one."""
        found = tuple(self._each(key, ChannelFlaw.NO_TEMPLATES, _template))
        if not found and key in self.given and self.given[key] == []:
            self.fault(key, ChannelFlaw.EMPTY_TEMPLATES)
        elif key not in self.given:
            self.fault(key, ChannelFlaw.MISSING)
        return found

    def _each(self, key: str, flaw: ChannelFlaw, read: Callable[[Any], Any]) -> Sequence[Any]:
        value = self._take(key, [])
        if not isinstance(value, list):
            self.fault(key, flaw)
            return []
        found = []
        for at, one in enumerate(value):
            made = read(one)
            if made is None:
                self.fault(f"{key}[{at}]", flaw)
            else:
                found.append(made)
        return found

    def _matching(
        self, key: str, default: str | None, pattern: str, flaw: ChannelFlaw, **facts: object
    ) -> str:
        value = self._take(key, default)
        if value is _MISSING or value == default:
            return default or ""
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        self.fault(key, flaw, **facts)
        return ""

    def _take(self, key: str, default: Any) -> Any:
        self.read.add(key)
        if key in self.given:
            return self.given[key]
        if default is None:
            self.fault(key, ChannelFlaw.MISSING)
            return _MISSING
        return default


def _network(written: Any) -> Network | None:
    try:
        return ip_network(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _template(written: Any) -> MessageTemplate | None:
    if not isinstance(written, dict) or written.keys() != {"id", "text"}:
        return None
    if not all(isinstance(value, str) and value for value in written.values()):
        return None
    made = MessageTemplate(written["id"], written["text"])
    # Two blanks with nothing between them cannot be told apart, nor two of one name.
    unclear = re.search(r"\}\$?\{", made.text) or len(set(made.blanks())) < len(made.blanks())
    return None if unclear else made
