"""A browser of few lines: cookies, redirects, and the forms of a page as somebody would send them."""

import http.client
import re
import secrets
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlencode

from .driver import PATIENCE_SECONDS

_FORM = re.compile(r"<form[^>]*\bmethod=\"post\"[^>]*>.*?</form>", re.DOTALL)
_ACTION = re.compile(r"<form[^>]*\baction=\"([^\"]*)\"")
_HIDDEN = re.compile(r"<input(?=[^>]*\btype=\"hidden\")[^>]*>")
_REDIRECTS = (302, 303)


class Browser:
    """Somebody at the organisers' pages, on one connection."""

    def __init__(self, address: tuple[str, int], cookie: str = "") -> None:
        name, _, value = cookie.partition("=")
        self.cookies = {name: value} if cookie else {}
        self.connection = http.client.HTTPConnection(*address, timeout=PATIENCE_SECONDS)
        self.path = ""
        self.status = 0
        self.kind = ""
        self.page = ""

    def get(self, path: str) -> None:
        """Open an address, and the one that it leads to."""
        self._ask("GET", path)

    def submit(self, action: str = "", file: tuple[str, bytes] | None = None, **fields: str) -> bool:
        """Send the form that goes to an address ending so; return whether the page has one.

        A form without an address, as the page's own, goes where the page came from. ``file`` is sent under
        the name ``file``.
        """
        for form in _FORM.findall(self.page):
            named = _ACTION.match(form)
            target = unescape(named[1]) if named else self.path
            if target.endswith(action) and bool(named) is bool(action):
                sent = _hidden(form) | fields
                if file:
                    body, kind = _multipart(sent, *file)
                else:
                    body, kind = urlencode(sent).encode(), "application/x-www-form-urlencoded"
                self._ask("POST", target, body, {"Content-Type": kind})
                return True
        return False

    def close(self) -> None:
        """End the connection."""
        self.connection.close()

    def _ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = {}) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {**headers, "Cookie": cookies})
        answer = self.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.path, self.status, self.kind = path, answer.status, answer.getheader("Content-Type", "")
        self.page = content.decode("utf-8", "replace") if self.kind.startswith("text/html") else ""
        if answer.status in _REDIRECTS:
            self.get(re.sub(r"^https?://[^/]+", "", answer.getheader("Location", "")))


def _hidden(form: str) -> dict[str, str]:
    fields = {}
    for tag in _HIDDEN.findall(form):
        name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name and value:
            fields[unescape(name[1])] = unescape(value[1])
    return fields


def _multipart(fields: Mapping[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    mark = secrets.token_hex(16)
    head = 'Content-Disposition: form-data; name="'
    parts = [f'--{mark}\r\n{head}{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    parts.append(f'--{mark}\r\n{head}file"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n")
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"
