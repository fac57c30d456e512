"""Somebody who kept every page and cookie of a ceremony, and takes files: what shares that gives."""

import json
import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.domain.errors import StalePage
from survey.secrecy.sealed_form_state import Carrier

from .bytes_on_disk import read

_HEX = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
_BASE64 = re.compile(rb"(?<![\w-])[\w-]{43}=?(?![\w-])")
_CARRIED = re.compile(r'name="carried" value="([^"]+)"')


@dataclass
class Kept:
    """All pages that a browser was given during a ceremony, and its session after each of them."""

    client: FlaskClient
    pages: list[str] = field(default_factory=list)
    cookies: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, answer: TestResponse) -> TestResponse:
        """Keep a page, with the cookie as it is after it."""
        self.pages += _CARRIED.findall(answer.text)
        with self.client.session_transaction("/admin/") as session:
            self.cookies.append(json.loads(json.dumps(dict(session))))
        return answer

    def read_with(self, files: Iterable[Path], act: str, code: str = "small") -> list[dict[str, Any]]:
        """Return what every page gives under every key that is written in any file, or in any cookie.

        The attacker knows the programme: how a page is sealed, and to what it is bound.
        """
        secrets = {cookie["ceremony"]["secret"] for cookie in self.cookies if "ceremony" in cookie}
        logins = {cookie["_user_id"] for cookie in self.cookies if "_user_id" in cookie}
        assert secrets, "the cookies are there"
        assert logins
        assert self.pages
        keys = set(_keys(json.dumps(self.cookies).encode()))
        for file in files:
            keys |= set(_keys(read(file)))
        found = []
        for key, secret, login in product(keys, secrets, logins):
            carrier = Carrier(key, urlsafe_b64decode(secret), (act, code, login))
            for page in dict.fromkeys(self.pages):
                try:
                    found.append(json.loads(carrier.unwrap(page)))
                except StalePage:
                    break  # one key of the ceremony opens all its pages, or none
        return found


def _keys(content: bytes) -> Iterator[bytes]:
    """Name everything in a file that could be a key of 32 bytes, as the programme writes them."""
    for match in _HEX.findall(content):
        yield bytes.fromhex(match.decode())
    for match in _BASE64.findall(content):
        try:
            key = urlsafe_b64decode(match.rstrip(b"=") + b"=")
        except (NotBase64, ValueError):
            continue
        if len(key) == 32:
            yield key
    if len(content) == 32:
        yield content
