"""A page of ours whose form holds again what was typed into it; all else on it stays as it is."""

from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

_VOID_TYPES = frozenset({"submit", "button", "file", "password", "image", "reset"})
_TICKS = frozenset({"checkbox", "radio"})
Attributes = list[tuple[str, str | None]]


class _Forms(HTMLParser):
    """Reads which fields each form has that is sent to an address."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=False)
        self._path, self._here, self._number = path, False, -1
        self.names: dict[int, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note a form's beginning, or the name of a field in it."""
        given = dict(attrs)
        if tag == "form":
            self._number += 1
            action = urlsplit(given.get("action") or self._path).path
            self._here = (given.get("method") or "").lower() == "post" and action == self._path
        elif self._here and given.get("name"):
            self.names.setdefault(self._number, set()).add(given["name"] or "")

    def handle_endtag(self, tag: str) -> None:
        """Note a form's end."""
        self._here = self._here and tag != "form"


class _Filler(HTMLParser):
    """Writes a page out again as it is, but for the fields of one form."""

    def __init__(self, number: int, values: Iterable[tuple[str, str]]) -> None:
        super().__init__(convert_charrefs=False)
        self._number, self._at, self._select, self._in_text = number, -1, "", False
        self._inside = False
        self._values: dict[str, list[str]] = {}
        for name, value in values:
            self._values.setdefault(name, []).append(value)
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write a tag, changed where it is a field of the form."""
        written = self.get_starttag_text() or ""
        if tag == "form":
            self._at += 1
            self._inside = self._at == self._number
        elif self._inside:
            written = self._field(tag, dict(attrs), written)
        self.out.append(written)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Write a tag that closes itself."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Write the end of a tag."""
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._in_text = False
        elif tag == "select":
            self._select = ""
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write a text, unless a text that was typed stands in its place."""
        if not self._in_text:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        """Write a named character."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numbered character."""
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """Write the declaration of the page."""
        self.out.append(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        """Write a comment."""
        self.out.append(f"<!--{data}-->")

    def _field(self, tag: str, given: dict[str, str | None], written: str) -> str:
        name, kind = given.get("name") or "", (given.get("type") or "text").lower()
        if name == "csrf_token" or kind in _VOID_TYPES:
            return written
        if tag == "option" and self._select:
            chosen = given.get("value") in self._values.get(self._select, ())
            return _tag(tag, given, "selected", None if chosen else False)
        if tag == "select" and name in self._values:
            self._select = name
        elif tag == "textarea" and name in self._values:
            self._in_text = True
            return f"{written}\n{escape(self._next(name))}"
        elif tag == "input" and kind in _TICKS and name:
            ticked = (given.get("value") or "on") in self._values.get(name, ())
            return _tag(tag, given, "checked", None if ticked else False)
        elif tag == "input" and name in self._values:
            return _tag(tag, given, "value", self._next(name))
        return written

    def _next(self, name: str) -> str:
        left = self._values[name]
        return left.pop(0) if len(left) > 1 else left[0]


def refilled(page: str, path: str, values: Iterable[tuple[str, str]]) -> str:
    """Return a page with fields of its form filled in: of those sent to ``path``, the one that fits best."""
    values = list(values)
    forms = _Forms(path)
    forms.feed(page)
    typed = {name for name, _value in values}
    fitting = max(forms.names, key=lambda number: len(forms.names[number] & typed), default=-1)
    filler = _Filler(fitting, values)
    filler.feed(page)
    filler.close()
    return "".join(filler.out)


def _tag(tag: str, given: dict[str, str | None], name: str, value: str | bool | None) -> str:
    """Write a tag with one attribute set, bare (``None``) or left out (``False``)."""
    attributes = {key: old for key, old in given.items() if key != name}
    if value is not False:
        attributes[name] = None if value is True else value
    return (
        f"<{tag}"
        + "".join(f" {key}" if old is None else f' {key}="{escape(old)}"' for key, old in attributes.items())
        + ">"
    )
