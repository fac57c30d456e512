"""Plays what voters ask once more: through Flask alone, and through the front, which knows the page by then.

A cast cannot be done twice. What services gave the first time – ticket, receipt, refusal – is given again, so
that neither looks nor writes; the answers must be the same, byte for byte.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import local
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import run_wsgi_app

from survey.services.voting import casting
from survey.web.core import Application
from survey.web.server import front
from survey.web.voter import pages

PATHS = ("/v", "/v/ballot", "/v/cast")
Answer = tuple[str, list[tuple[str, str]], bytes]


class Recorder(local):
    """What each function gave or raised last in this thread, to be given again."""

    def __init__(self) -> None:
        self.recording = self.replaying = False
        self.known: dict[str, tuple[Any, Exception | None]] = {}

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any) -> Any:
            if not self.replaying:
                found, error = _outcome(function, given)
                if self.recording:
                    self.known[name] = found, error
            else:
                found, error = self.known[name]
            if error is not None:
                raise error
            return found

        return called

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        setattr(self, what, True)
        try:
            yield
        finally:
            setattr(self, what, False)


class BothWays:
    """An application that compares each of its answers to a voter; ``played`` counts them."""

    def __init__(self, application: Any, recorder: Recorder) -> None:
        self.front = application
        self.flask = application._flask
        self.recorder = recorder
        self.played = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] not in PATHS or "wsgi.input" not in environ:
            return self.front(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        again = {**environ, "wsgi.input": BytesIO(body)}
        environ["wsgi.input"] = BytesIO(body)
        given: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            given[:] = [status, list(headers)]
            return start_response(status, headers, *more)

        self.recorder.known.clear()
        with self.recorder.on("recording"):
            pieces = [*self.front(environ, start)]
        answer = given[0], given[1], b"".join(pieces)
        for way in (self.flask, self.front):
            again["wsgi.input"] = BytesIO(body)
            with self.recorder.on("replaying"):
                played = _answer(way, dict(again))
            assert _comparable(played) == _comparable(answer), way
        self.played += 1
        return pieces


def _outcome(function: Callable[..., Any], given: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    try:
        return function(*given), None
    except Exception as error:
        return None, error


def _answer(application: Any, environ: dict[str, Any]) -> Answer:
    pieces, status, headers = run_wsgi_app(application, environ, buffered=True)
    return status, list(headers), b"".join(pieces)


def _comparable(answer: Answer) -> Answer:
    """Leave out the second in which it was given; that there is one, and where, counts."""
    status, headers, body = answer
    return status, [(name, "" if name == "Date" else value) for name, value in headers], body


def compare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every application that is made from here on compare its answers."""
    recorder = Recorder()
    attach, log = front.attach, Application.log_exception

    def attach_both(app: Flask, count: Callable[[], None]) -> None:
        attach(app, count)
        app.wsgi_app = BothWays(app.wsgi_app, recorder)  # type: ignore[method-assign]

    for module in (casting, pages):
        monkeypatch.setattr(module, "new_receipt", recorder.around(f"{module} receipt", module.new_receipt))
    for name in ("admit", "cast"):
        monkeypatch.setattr(casting, name, recorder.around(name, getattr(casting, name)))
    monkeypatch.setattr(front, "attach", attach_both)
    # What is played again is no second failure.
    monkeypatch.setattr(
        Application, "log_exception", lambda app, info: not recorder.replaying and log(app, info)
    )
