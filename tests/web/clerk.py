"""An organiser at the pages: logs in, reads forms as a browser does, fills them in and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.signing_in import signed_in


@dataclass
class Form:
    """A form of a page: where it goes, and the fields that a browser would send."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    disabled: bool = False

    def names(self) -> set[str]:
        return {name for name, _ in self.fields}

    def set(self, name: str, *values: str) -> "Form":
        """Fill a field in: with one value, several ticks, or none."""
        self.fields = [pair for pair in self.fields if pair[0] != name] + [(name, value) for value in values]
        return self

    def value(self, name: str) -> str:
        return next(value for other, value in self.fields if other == name)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._written = ""
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._disabled = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(found.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        assert self._form
        if tag == "fieldset" and "disabled" in found:
            self._form.disabled = True
        name = found.get("name", "")
        kind = found.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "file"):
            if kind not in ("checkbox", "radio") or "checked" in found:
                self._form.fields.append((name, found.get("value", "").replace("\n", "")))
        elif tag == "textarea":
            self._area, self._written = name, ""
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((found.get("value", ""), "selected" in found))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._written += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form and self._area is not None:
            # A browser drops the first line break and sends the others as CRLF.
            self._form.fields.append((self._area, self._written.removeprefix("\n").replace("\n", "\r\n")))
            self._area = None
        elif tag == "select" and self._form and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            self._form.fields += [(name, value) for value in chosen[-1:]]
            self._select = None


def forms(page: str) -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def forget_request() -> None:
    """Forget who the last request was from: tests share one application context, and with it ``g``."""
    for name in list(g):
        g.pop(name)


@dataclass
class Office:
    """Somebody logged in."""

    client: FlaskClient

    def get(self, path: str, status: int = 200) -> str:
        forget_request()
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        return answer.text

    def form(self, path: str, name: str = "version") -> Form:
        """Return the form of a page that holds a field."""
        return next(form for form in forms(self.get(path)) if name in form.names())

    def send(self, path: str, form: Form, act: str = "save", **files: Any) -> TestResponse:
        data: MultiDict[str, Any] = MultiDict([*form.fields, ("act", act), *files.items()])
        forget_request()
        return self.client.post(form.action or path, data=data)

    def save(self, path: str, form: Form, act: str = "save") -> TestResponse:
        """Send a form that is taken."""
        answer = self.send(path, form, act)
        assert answer.status_code == 303, (path, answer.status_code, answer.text[:4000])
        return answer

    def press(self, path: str, form: Form, act: str) -> Form:
        """Press a button that changes the form only."""
        answer = self.send(path, form, act)
        assert answer.status_code == 200, answer.text[:2000]
        return next(form for form in forms(answer.text) if "version" in form.names())


def log_in(app: Flask, name: str = "李干事", role: str = "organiser", unit: str = "县委组织部") -> Office:
    """Log somebody in, with an account made for it."""
    forget_request()
    return Office(signed_in(app, role, unit, name))
