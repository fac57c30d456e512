"""Reading what a voter's browser or script sent: every field with all its values, nothing guessed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from survey.domain.ballot.packing import MAX_BODY
from survey.domain.definition.names import break_lines
from survey.domain.errors import TooLarge, UnknownToken
from survey.secrecy.token import find_token

URL_ENCODED = "application/x-www-form-urlencoded"
_MAX_PARTS = 10_000
_MAX_ECHO_LENGTH = 40

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class PostedForm:
    """A form as it was sent.

    ``token`` is the first voting code in it; ``fields`` holds the rest without padding, and ``code`` too
    where it was repeated, so that the check of the ballot finds it.
    """

    token: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def written_token(self) -> str:
        """Return the code in groups of four, empty where there is none; only for one that was admitted."""
        try:
            return find_token(self.token)
        except UnknownToken:
            return ""

    @property
    def echo(self) -> str:
        """Return what was typed as a code, fit to be shown again."""
        return printable(self.token[:_MAX_ECHO_LENGTH])

    def filled(self) -> dict[str, list[str]]:
        """Return all fields that hold something, fit to be shown again."""
        kept = (
            (name, [printable(break_lines(value)) for value in values if value])
            for name, values in self.fields.items()
        )
        return {printable(name): values for name, values in kept if values and name != "code"}


def printable(text: str) -> str:
    """Replace what cannot be written into a page or into JSON."""
    return _UNPRINTABLE.sub("\ufffd", text)


def read_form() -> PostedForm:
    """Read the request's body; raises ``TooLarge``.

    What is neither URL-encoded nor multipart has no fields. Undecodable bytes stay as surrogates, which no
    ballot may hold.
    """
    body = _read_body()
    if request.mimetype == URL_ENCODED:
        return read_fields(body)
    fields: dict[str, list[str]] = {}
    if request.mimetype == "multipart/form-data":
        request.max_form_parts = _MAX_PARTS
        fields = request.form.to_dict(flat=False)
        _add_files(fields, request.files)
    return _posted(fields)


def read_fields(body: bytes) -> PostedForm:
    """Read a body of URL-encoded fields."""
    fields: dict[str, list[str]] = {}
    for name, value in _pairs(body):
        fields.setdefault(name, []).append(value)
    return _posted(fields)


def _posted(fields: dict[str, list[str]]) -> PostedForm:
    tokens = fields.get("code", [""])
    if len(tokens) == 1:
        fields.pop("code", None)
    fields.pop("pad", None)
    return PostedForm(tokens[0], fields)


def wants_json() -> bool:
    """Return whether the client names JSON among what it accepts."""
    return names_json(request.headers.get("Accept", ""))


def names_json(accepted: str) -> bool:
    """Return whether a client names JSON among what it accepts, by its ``Accept``."""
    if "json" not in accepted.lower():
        return False
    kinds = parse_accept_header(accepted, MIMEAccept)
    return any(kind.lower() == "application/json" and weight > 0 for kind, weight in kinds)


def _read_body() -> bytes:
    # One byte more than allowed is read, so that a body of unknown length shows that it is too long.
    request.max_content_length = MAX_BODY + 1
    if (request.content_length or 0) > MAX_BODY:
        raise TooLarge
    body = request.get_data()
    if len(body) > MAX_BODY:
        raise TooLarge
    return body


def _pairs(body: bytes) -> Iterator[tuple[str, str]]:
    """Read URL-encoded fields, as ``urllib.parse.parse_qsl`` does, which takes ten times as long.

    Hardly any name or value of a ballot is encoded.
    """
    # Raw bytes above 127 stand for themselves, as if they had been encoded.
    for pair in body.decode("utf-8", "surrogateescape").split("&"):
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            name, value = _decoded(name), _decoded(value)
        if pair:
            yield name, value


def _decoded(part: str) -> str:
    return unquote_plus(part, errors="surrogateescape")


def _add_files(fields: dict[str, list[str]], files: Iterable[str]) -> None:
    # A ballot has no file: the name alone, given a second value, makes the check refuse it.
    for name in files:
        fields.setdefault(name, [""]).append("")
