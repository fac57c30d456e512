"""What may stand in the table of a channel: each entry read by its kind, and every fault with its place."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from survey.domain.errors import ChannelFault

from .templates import MessageTemplate
from .webhook import Network

_SECRET = re.compile(r"[A-Za-z0-9_-]+")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MISSING = object()


@dataclass
class ChannelTable:
    """The table of one channel while it is read; ``faults`` grows, and a faulty entry's value is void."""

    path: str
    given: Mapping[str, Any] = field(repr=False)
    faults: list[ChannelFault]
    read: set[str] = field(default_factory=set)

    def fault(self, key: str, message: str) -> None:
        """Note what is wrong with an entry, without what stands there: it may be a key."""
        self.faults.append(ChannelFault(f"{self.path}.{key}" if key else self.path, message))

    def refuse_unknown(self) -> None:
        """Note every entry that nobody asked for."""
        for key in sorted(set(self.given) - self.read):
            self.fault(key, f"is not known; known are {', '.join(sorted(self.read))}")

    def text(self, key: str, default: str | None = None, *, most: int = 300) -> str:
        """Return a text of one line."""
        value = self._take(key, default)
        if isinstance(value, str) and value.strip() and len(value) <= most and value.isprintable():
            return value.strip()
        if value is not _MISSING and value != default:
            self.fault(key, f"must be a text of one line, at most {most} characters")
        return default or ""

    def digits(self, key: str, default: str | None = None) -> str:
        """Return a number that is dialled."""
        return self._matching(key, default, r"[0-9]{1,21}", "must be digits in quotation marks")

    def name(self, key: str, default: str | None = None) -> str:
        """Return a word without spaces: what a provider calls something."""
        return self._matching(key, default, r"[\w.:-]{1,128}", "must be letters and digits without spaces")

    def key(self, key: str, least: int = 1, most: int = 512) -> str:
        """Return a secret of so many characters, as a provider gave it."""
        message = f"must have {least} to {most} characters without spaces"
        return self._matching(key, None, rf"[!-~]{{{least},{most}}}", message)

    def secret(self, key: str) -> str:
        """Return a part of an address that nobody can guess: at least 128 bits."""
        value = self._matching(key, None, _SECRET.pattern, "must be letters, digits, - and _")
        # Hexadecimal has four bits a character, others six.
        least = 32 if re.fullmatch("[0-9a-f]*|[0-9A-F]*", value) else 22
        if value and (len(value) < least or len(set(value)) < 10):
            self.fault(
                key,
                "can be guessed; write what this prints: python3 -c 'import secrets; "
                "print(secrets.token_urlsafe(32))'",
            )
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """Return a whole number."""
        value = self._take(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.fault(key, f"must be a whole number from {least} to {most}")
        return default

    def flag(self, key: str, default: bool) -> bool:
        """Return yes or no."""
        value = self._take(key, default)
        if isinstance(value, bool):
            return value
        self.fault(key, "must be true or false")
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
            self.fault(key, "must be an address like https://sms.example.org/send")
        elif parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
            self.fault(key, "must begin with https:// – plain HTTP is for this machine alone")
        return str(value)

    def addresses(self, key: str) -> tuple[Network, ...]:
        """Return networks."""
        return tuple(self._each(key, "must be a list of addresses like 203.0.113.0/24", _network))

    def templates(self, key: str) -> tuple[MessageTemplate, ...]:
        """Return approved texts, at least one."""
        found = tuple(self._each(key, 'must be a list of { id = "…", text = "…" }', _template))
        if not found and key in self.given and self.given[key] == []:
            self.fault(key, "must have at least one")
        elif key not in self.given:
            self.fault(key, "is missing")
        return found

    def _each(self, key: str, message: str, read: Callable[[Any], Any]) -> Sequence[Any]:
        value = self._take(key, [])
        if not isinstance(value, list):
            self.fault(key, message)
            return []
        found = []
        for at, one in enumerate(value):
            made = read(one)
            if made is None:
                self.fault(f"{key}[{at}]", message)
            else:
                found.append(made)
        return found

    def _matching(self, key: str, default: str | None, pattern: str, message: str) -> str:
        value = self._take(key, default)
        if value is _MISSING or value == default:
            return default or ""
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        self.fault(key, message)
        return ""

    def _take(self, key: str, default: Any) -> Any:
        self.read.add(key)
        if key in self.given:
            return self.given[key]
        if default is None:
            self.fault(key, "is missing")
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
