"""Requests to every route by everyone: valid ones half spoilt, and what is no request at all."""

import io
import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.routing import Rule

from survey.documents.export.formats import FORMATS
from survey.domain.accounts.roles import Role
from tests.attack.strangeness import HEADERS, KINDS, METHODS, STRANGE, a_text, encoded, mutated
from tests.attack.world import World
from tests.sample_year import SAMPLE_CODE
from tests.web.admin.assessment.seated_year import CODE as YEAR
from tests.web.admin.assessment.seated_year import INDICATORS, PERIODS, SHEET, UNITS
from tests.web.admin.assessment.seated_year import OTHER as OTHER_YEAR
from tests.web.clerk import forms

NOBODY = "nobody"


@dataclass(repr=False)
class Sent:
    """A request as a server hands it to the application."""

    role: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Write it short enough to be read in a failure, and whole enough to be sent again."""
        start = f"{self.role} {self.method} {self.path[:200]!a}?{self.query:.200}"
        return f"{start} {self.body[:2000]!r} {self.headers!s:.600}"

    def environ(self) -> dict[str, Any]:
        """Write it as WSGI asks for it; its paths hold bytes as characters."""
        stream = io.BytesIO(self.body)
        return {
            "REQUEST_METHOD": self.method, "SCRIPT_NAME": "", "PATH_INFO": _bytes_of(self.path),
            "QUERY_STRING": self.query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000", "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": stream,
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
            "wsgi.input_terminated": True,
            **self.headers,
        }  # fmt: skip


def _bytes_of(path: str) -> str:
    return path.encode("utf-8", "surrogatepass").decode("latin-1")


class Requests:
    """Makes requests from a seed; forms seen on pages are sent back, half spoilt."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.dice = random.Random(seed)
        rules = sorted(world.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        self.of_seats = [rule for rule in rules if "assessment_code" in rule.arguments]
        others = [rule for rule in rules if "assessment_code" not in rule.arguments]
        self.of_others = others + 3 * [rule for rule in others if rule.endpoint.startswith("voter.")]
        self.roles = (NOBODY, *sorted(world.cookies))
        self.values = _values(world)
        self.known: dict[tuple[str, str], tuple[str, list[tuple[str, str]]]] = {}
        self.seen: set[tuple[str, str]] = set()
        self.acts = ["save"]

    def next(self) -> Sent:
        """Make one."""
        dice = self.dice
        role = dice.choice(self.roles)
        fields: list[tuple[str, str]] = []
        if self.known and dice.random() < 0.35:
            path, fields = dice.choice(list(self.known.values()))
            fields = [*fields, ("act", dice.choice(self.acts))]
            method = "POST"
        else:
            # All but the pages of seats turn a member away at the door, and these most others.
            seated = dice.random() < (0.8 if role == Role.MEMBER else 0.2)
            rule = dice.choice(self.of_seats if seated else self.of_others)
            path, method = self._address(rule), self._method(rule)
            if dice.random() < 0.03:
                path = dice.choice(("/", path)) + a_text(dice)
        sent = Sent(role, method, path, self._query())
        if method not in ("GET", "HEAD", "OPTIONS") or dice.random() < 0.05:
            self._fill(sent, fields or self._fields(path))
        self._strange_headers(sent)
        if role in self.world.cookies and "HTTP_COOKIE" not in sent.headers:
            sent.headers["HTTP_COOKIE"] = self.world.cookies[role]
        return sent

    def learn(self, sent: Sent, page: bytes) -> None:
        """Keep the forms of a page that an organiser was given, each of them once."""
        key = sent.path, sent.role
        if key in self.seen or b"<form" not in page:
            return
        self.seen.add(key)
        self.acts = sorted({*self.acts, *re.findall(r'name="act" value="([^"]+)"', page.decode())})[:200]
        for form in forms(page.decode()):
            action = form.action or sent.path
            self.known[action, ",".join(sorted(form.names()))[:200]] = action, form.fields

    def _method(self, rule: Rule) -> str:
        if self.dice.random() < 0.9:
            return self.dice.choice(sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}))
        return self.dice.choice(METHODS)

    def _address(self, rule: Rule) -> str:
        def value(part: re.Match[str]) -> str:
            fitting = self.values.get(part[1], STRANGE)
            return a_text(self.dice) if self.dice.random() < 0.1 else self.dice.choice(fitting)

        return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", value, rule.rule)

    def _query(self) -> str:
        dice = self.dice
        if dice.random() < 0.6:
            return dice.choice(("", "lang=en", "lang=zh"))
        names = (
            "lang",
            "k",
            "page",
            "status",
            "kind",
            "since",
            "until",
            "next",
            "with",
            "act",
            "campaign",
            "q",
            a_text(dice),
        )
        return "&".join(
            f"{encoded(dice.choice(names))}={encoded(a_text(dice))}" for _ in range(dice.randint(1, 3))
        )

    def _fields(self, path: str) -> list[tuple[str, str]]:
        dice = self.dice
        codes = [*self.world.codes.values(), self.world.codes["good"], "7K3M-0000-0000-0000"]
        if path.startswith(("/v", "/o")):
            return [("code", dice.choice(codes)), ("c1.de", "excellent"), ("c1.neng", "poor"),
            ("c1.neng.reason", "x"),
                    ("form.comment", "x"), ("q.age", "36+"), ("q.problems", "plan"), ("receipt",
                    "7K3M-7K3M-7K3M")]  # fmt: skip
        names = (
            "name",
            "password",
            "totp",
            "passkey",
            "present",
            "label",
            "typed",
            "act",
            "version",
            "receipt",
            "file",
            "words",
            "number",
            "A",
            "until",
            "next",
            "roster",
        )
        return [(name, a_text(dice)) for name in dice.sample(names, dice.randint(0, 5))]

    def _fill(self, sent: Sent, fields: list[tuple[str, str]]) -> None:
        dice = self.dice
        pairs = [(name, value) for name, value in fields if name != "csrf_token"]
        for _ in range(dice.choice((0, 0, 1, 1, 2, 5))):
            match dice.randrange(4):
                case 0 if pairs:
                    at = dice.randrange(len(pairs))
                    pairs[at] = (pairs[at][0], a_text(dice))
                case 1 if pairs:
                    pairs.pop(dice.randrange(len(pairs)))
                case 2 if pairs:
                    pairs.append(dice.choice(pairs))
                case _:
                    pairs.append((a_text(dice), a_text(dice)))
        if sent.role in self.world.tokens and dice.random() < 0.97:
            pairs.append(("csrf_token", self.world.tokens[sent.role]))
        self._encode(sent, pairs)

    def _encode(self, sent: Sent, pairs: list[tuple[str, str]]) -> None:
        dice = self.dice
        kind = dice.random()
        if kind < 0.6:
            sent.headers["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
            sent.body = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs).encode()
        elif kind < 0.85:
            sent.headers["CONTENT_TYPE"] = "multipart/form-data; boundary=x"
            sent.body = multipart(dice, pairs)
        elif kind < 0.92:
            sent.headers["CONTENT_TYPE"] = "application/json"
            sent.headers["HTTP_X_CSRFTOKEN"] = self.world.tokens.get(sent.role, "")
            sent.body = dice.choice(
                (json.dumps(dict(pairs)).encode(), b"[" * 100_000, b'{"a":' * 5000, b"\xff", b"")
            )
        else:
            sent.headers["CONTENT_TYPE"] = dice.choice(KINDS)
            sent.body = dice.choice(
                (dice.randbytes(dice.randrange(300)), b"a=1&" * 30_000, b"&" * 5000, b"x" * 300_000, b"%")
            )
        if dice.random() < 0.1:
            sent.body = mutated(dice, sent.body)

    def _strange_headers(self, sent: Sent) -> None:
        for _ in range(self.dice.choice((0, 0, 0, 1, 1, 2, 4))):
            name = self.dice.choice(list(HEADERS))
            sent.headers[name] = self.dice.choice(HEADERS[name])


def multipart(dice: random.Random, pairs: Iterable[tuple[str, str]], boundary: str = "x") -> bytes:
    """Write a form in parts; now and then one of them is a file."""
    lines = []
    for name, value in pairs:
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        file = '; filename="x.toml"' if name in ("file", "roster") or dice.random() < 0.05 else ""
        lines.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{quoted}"{file}\r\n\r\n{value}\r\n'
        )
    return ("".join(lines) + f"--{boundary}--\r\n").encode("utf-8", "surrogatepass")


def _values(world: World) -> dict[str, tuple[str, ...]]:
    """List what the parts of addresses may be filled with so that something is found."""
    codes = tuple(world.campaigns)
    numbers = ("0", "1", "2", "3", "99", "9" * 25)
    return {
        "assessment_code": (YEAR, YEAR, OTHER_YEAR, SAMPLE_CODE, "nothing"), "unit_key": (*UNITS, "x"),
        "indicator_key": (*INDICATORS, "x"), "period": PERIODS, "part": ("reporter", "leader", "x"),
        "sheet_key": (SHEET, "x"),
        "campaign_code": codes, "campaign": (*codes, "public", "public"), "key": tuple(world.keys),
        "place": numbers, "number": numbers,
        "kind": (*(one.key for one in FORMATS), "bands", "veto", "points", "report", "certificate", "docx"),
        "subject": ("basics", "groups", "scales", "sections", "questions", "rules", "results",
        "quotas", "rates", "form", "c1", "campaign"),
        "step": ("show", "confirm", "ask"), "section": ("form",), "ratee": ("c1", "c2", "c3"),
        "which": ("page", "person", "c1"),
        "source": ("library", "campaign", "form", "example"), "name": ("annual", *codes,
        "ballot.css", "ballot.js", "voter.css"),
        "secret": ("x", "A" * 43), "token": (*world.links, "x", ".", "W10.x"),
        "filename": ("css/admin.css", "../survey/config.py", "js/admin.js"),
        "rest": ("cast/", "ballot/x", "x"),
    }  # fmt: skip
