"""Most voters' three requests – entry, ballot, cast – answered before Flask, from what Flask answered before.

For these Flask takes as long as all the rest together. So a page's head is kept as Flask made it the first
time, as the page itself is (``Sheets``), and nothing here makes either. Whatever is not plain – another
method, a strange header, answers filled in, a page that nobody asked for yet, any refusal – goes on to Flask.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.http import http_date
from werkzeug.sansio.utils import get_host

from survey.domain.ballot.packing import MAX_BODY
from survey.domain.errors import InvalidBallot, NotAllOpened
from survey.domain.operations.bounded_cache import BoundedCache
from survey.secrecy.token import find_token
from survey.services.voting import casting
from survey.services.voting.gathering import Gathering
from survey.storage.database import db
from survey.storage.fast_connection import fast_connection
from survey.web import compression, languages
from survey.web.context import now, settings_and_vault
from survey.web.languages import Language
from survey.web.voter import pages
from survey.web.voter.forms import URL_ENCODED, names_json, read_fields
from survey.web.voter.refusals import RAISED

_MAX_HEADS = 8192
_CONDITIONAL = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
_UNUSUAL = (*_CONDITIONAL, "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_TRANSFER_ENCODING", "HTTP_UPGRADE")

_Environ = dict[str, Any]
_Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class _Asked:
    """What a plain request says beside its body."""

    language: Language
    packed: bool
    as_json: bool
    plain: bool


@dataclass(frozen=True)
class _Head:
    """Status and headers as Flask gave them once, but for the length and the date."""

    status: str
    headers: Sequence[tuple[str, str]]

    def of(self, body: bytes) -> _Headers:
        """Return the headers of an answer with this body."""
        return [(name, _own(name, body) or value) for name, value in self.headers]


@dataclass(frozen=True)
class _Answer:
    """An answer; where it is not whole, Flask gives it, and its head is kept under the key."""

    key: Hashable
    head: _Head | None
    body: bytes | None

    @property
    def whole(self) -> bool:
        """Return whether both parts are there."""
        return self.head is not None and self.body is not None


class _Front:
    """The application as servers call it."""

    def __init__(self, app: Flask, count: Callable[[], None]) -> None:
        self._flask = app.wsgi_app
        self._json = app.json
        self._count = count
        self._settings, self._vault = settings_and_vault(app)
        with app.app_context():
            self._engine = db.engine
        # PostgreSQL gathers commits by itself.
        self._gathering = Gathering(self._engine, now) if self._engine.dialect.name == "sqlite" else None
        self._heads = BoundedCache[Hashable, _Head](_MAX_HEADS)
        self._steps: dict[tuple[str, str], Callable[[_Asked, _Environ], _Answer | None]] = {
            ("GET", "/v"): self._entry,
            ("POST", "/v/ballot"): self._ballot,
            ("POST", "/v/cast"): self._cast,
        }

    def __call__(self, environ: _Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        step = self._steps.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        asked = self._plainly_asked(environ) if step else None
        if step is None or asked is None:
            return self._flask(environ, start_response)
        try:
            answer = step(asked, environ)
        except Exception as error:  # whatever it is, Flask answers it as its own
            environ[RAISED], answer = error, None
        if answer is None:
            return self._flask(environ, start_response)
        if answer.head is None or answer.body is None:
            return self._flask(environ, self._keeping(answer.key, start_response))
        self._count()
        start_response(answer.head.status, answer.head.of(answer.body))
        return [answer.body]

    def at_once(self, environ: _Environ) -> tuple[str, _Headers, bytes] | None:
        """Return the answer to a request that needs no database, where it is kept whole; never waits."""
        if environ["PATH_INFO"] != "/v" or environ["REQUEST_METHOD"] != "GET":
            return None
        asked = self._plainly_asked(environ)
        answer = asked and self._page(asked, pages.ENTRY, ())
        if not answer or answer.head is None or answer.body is None:
            return None
        self._count()
        return answer.head.status, answer.head.of(answer.body), answer.body

    def _plainly_asked(self, environ: _Environ) -> _Asked | None:
        """Return what a request asks for, ``None`` where there is anything unusual about it."""
        language = languages.asked_alone(environ.get("QUERY_STRING", ""))
        scheme, written = environ["wsgi.url_scheme"], environ.get("HTTP_HOST")
        host = written and get_host(scheme, written)
        if language is None or not host or environ.get("SCRIPT_NAME") or any(map(environ.get, _UNUSUAL)):
            return None
        return _Asked(
            language,
            compression.is_taken(environ.get("HTTP_ACCEPT_ENCODING", "")),
            names_json(environ.get("HTTP_ACCEPT", "")),
            pages.is_plain(self._settings.base_url, scheme, host),
        )

    def _entry(self, asked: _Asked, _environ: _Environ) -> _Answer:
        return self._page(asked, pages.ENTRY, ())

    def _ballot(self, asked: _Asked, environ: _Environ) -> _Answer | None:
        body = None if asked.as_json else _body(environ)
        if body is None:
            return None
        form = read_fields(body)
        filled = form.filled()
        if filled.keys() - {"receipt"}:
            return None
        with fast_connection(self._engine) as conn:
            ticket = casting.admit(conn, self._vault, find_token(form.token), now())
        slots = pages.ballot_slots(ticket, form, pages.receipt_in(filled))
        return self._page(asked, pages.ballot_key(ticket, plain=asked.plain), slots)

    def _cast(self, asked: _Asked, environ: _Environ) -> _Answer | None:
        body = _body(environ)
        if body is None:
            return None
        form = read_fields(body)
        with fast_connection(self._engine) as conn:
            ticket = casting.admit(conn, self._vault, form.token, now())
            try:
                sealed = casting.seal(ticket, form.fields)
            except (InvalidBallot, NotAllOpened):
                return None
            # Nothing is spent before the whole answer is there.
            answer = self._received(asked, ticket, sealed.receipt)
            if answer.whole and not self._gathering:
                conn.begin()
                casting.cast(conn, sealed, now())
        if answer.whole and self._gathering:
            self._gathering.cast(sealed)
        return answer

    def _received(self, asked: _Asked, ticket: casting.Ticket, receipt: str) -> _Answer:
        if not asked.as_json:
            return self._page(asked, pages.received_key(ticket), (receipt,))
        key = "received as JSON"
        made: Any = self._json.response(receipt=receipt)  # as ``jsonify``, which wants a context
        return _Answer(key, self._heads.get(key), made.get_data())

    def _page(self, asked: _Asked, key: Hashable, slots: Sequence[str]) -> _Answer:
        """Return a page that differs in its slots alone, where it was answered before."""
        kept = key, asked.language, asked.packed
        body = pages.kept(key, slots, asked.language, packed=asked.packed)
        return _Answer(kept, self._heads.get(kept), body)

    def _keeping(self, key: Hashable, start_response: Callable[..., Any]) -> Callable[..., Any]:
        """Return what keeps the head of Flask's answer, where it is the usual one."""

        def start(status: str, headers: _Headers, *more: Any) -> Any:
            if status[0] == "2" and not any(name.lower() == "set-cookie" for name, _ in headers):
                self._heads.put(key, _Head(status, tuple(headers)))
            return start_response(status, headers, *more)

        return start


def attach(app: Flask, count: Callable[[], None]) -> None:
    """Answer before an application; ``count`` is told of each answer that it does not see."""
    app.wsgi_app = _Front(app, count)  # type: ignore[method-assign]


def _own(name: str, body: bytes) -> str | None:
    """Return the value of a header that each answer has of its own, ``None`` for all others."""
    if name == "Content-Length":
        return str(len(body))
    return http_date() if name == "Date" else None


def _body(environ: _Environ) -> bytes | None:
    """Return the body of a plain form and leave it to be read again; ``None`` for any other, unread."""
    kind, length = environ.get("CONTENT_TYPE", ""), environ.get("CONTENT_LENGTH", "")
    if kind.partition(";")[0].strip().lower() != URL_ENCODED:
        return None
    if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == int(length) else None
