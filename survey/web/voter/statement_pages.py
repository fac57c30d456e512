"""What a voter reads of a report that came as a file: its text, as long as all others' are; or the file."""

from collections.abc import Iterator

from flask import Response, make_response, render_template

from survey.documents.export.files import READ_STATEMENT
from survey.services.voting.casting import Ticket
from survey.services.voting.statements import OpenedStatement

from .forms import wants_json

ROOM = 12 * 1024
"""Bytes of an answer around its text, name and post among them."""
PIECE = 64 * 1024
"""Bytes handed to the server at a time, so that a slow phone does not have all of a file wait in memory."""

PDF_POLICY = "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For a PDF file. Without ``sandbox`` and ``default-src``, under which browsers open no viewer for it."""


def statement(ticket: Ticket, opened: OpenedStatement, token: str) -> Response:
    """Return what was opened; ``token`` is the code, with which the page asks for the file itself."""
    if opened.content is not None:
        return _file(opened.content)
    body = _as_json(opened) if wants_json() else _page(ticket, opened, token)
    response = make_response(body.ljust(opened.longest + ROOM))
    if wants_json():
        response.mimetype = "application/json"
    return response


def _as_json(opened: OpenedStatement) -> bytes:
    from flask import json

    return json.dumps({"text": opened.text}).encode()


def _page(ticket: Ticket, opened: OpenedStatement, token: str) -> bytes:
    page = render_template(
        "voter/statement.html",
        definition=ticket.definition,
        trial=ticket.trial,
        one=opened.offered,
        text=opened.text,
        token=token,
    )
    return page.encode()


def _file(content: bytes) -> Response:
    response = Response(_pieces(content), mimetype=READ_STATEMENT.media)
    response.content_length = len(content)
    response.headers["Content-Disposition"] = READ_STATEMENT.named().disposition("inline")
    response.headers["Content-Security-Policy"] = PDF_POLICY
    response.headers["Accept-Ranges"] = "none"
    return response


def _pieces(content: bytes) -> Iterator[bytes]:
    for begin in range(0, len(content), PIECE):
        yield content[begin : begin + PIECE]
