"""Addresses: what their parts can be, else they are not found; and whole ones, as they are handed out."""

from typing import Any

from flask import Flask, current_app
from werkzeug.routing import AnyConverter, BaseConverter, Map, PathConverter, UnicodeConverter

from survey.documents.export.formats import Audience, offered_to
from survey.web.context import settings


class _Number(BaseConverter):
    """A whole number, of no more digits than anything here is counted with."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        return int(value)


class _CleanText(UnicodeConverter):
    """A text without NUL, which PostgreSQL refuses."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


class _Path(PathConverter):
    """Several such texts."""

    regex = "[^/\\x00][^\\x00]*?"


class _Format(AnyConverter):
    """A format that an audience may have, of those there are when the application is made."""

    def __init__(self, addresses: Map, audience: str) -> None:
        super().__init__(addresses, *offered_to(Audience(audience)))


def public_address(endpoint: str, **parts: str) -> str:
    """Return the absolute address of a page, below the public address of the instance."""
    return settings().base_url + current_app.url_map.bind("").build(endpoint, parts)


def attach(app: Flask) -> None:
    """Read an application's addresses this way."""
    app.url_map.converters |= {
        "int": _Number,
        "default": _CleanText,
        "string": _CleanText,
        "path": _Path,
        "format": _Format,
    }
