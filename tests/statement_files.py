"""Campaigns whose ratees have files as reports."""

from collections.abc import Sequence
from typing import Any

from flask import Flask

from survey.documents.statements.brought import BroughtStatement
from survey.domain.definition.campaign import Custody
from survey.services.campaigns import campaigns, drafts, statements
from survey.services.custody import key_files
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, Running, a_definition, issue

PDF = b"%PDF-1.7 of "
TEXTS = {"c1": "一年来的工作\n<第二行>", "c2": "另一份"}


def a_pdf(name: str, text: str = "", content: bytes = PDF) -> BroughtStatement:
    """Return a PDF file as it is once it was looked through; what is in it is of no matter any more."""
    return BroughtStatement(name, text, content + name.encode(), pages=2)


def give(code: str, brought: Sequence[BroughtStatement], *owners: str) -> int:
    """Let files wait and give them to whom their names say, or to these."""
    with transaction(write=True) as session:
        statements.let_wait(session, code, brought)
    with transaction(write=True) as session:
        waiting = statements.held(session, code).waiting
        chosen = dict(zip((one.number for one in waiting), owners, strict=True)) if owners else {}
        version = drafts.find(session, code).version
        proposed = {one.number: one.ratee for one in waiting}
        return statements.give(session, code, proposed | chosen, version, BY)


def drafted(data: dict[str, Any] | None = None, content: bytes = PDF) -> str:
    """Make a draft with a text drawn out of a file for c1 and c2; c3 has none, and its name is 干部c3."""
    data = data or a_definition()
    with transaction(write=True) as session:
        code = drafts.create(session, data, "", BY).code
    give(code, [a_pdf(f"干部{key}.pdf", text, content) for key, text in TEXTS.items()])
    return code


def arm(code: str) -> None:
    with key_files.Undo() as undo, transaction(write=True) as session:
        armed = campaigns.arm(session, code, Custody.SERVER, BY)
        key_files.keep_key(settings().keys, armed, undo)


def running(app: Flask, data: dict[str, Any] | None = None, content: bytes = PDF) -> Running:
    """Open a campaign with files."""
    with app.app_context():
        code = drafted(data, content)
        arm(code)
        with transaction() as session:
            definition = campaigns.find_campaign(session, code).definition
    codes = issue(app, code, {group.key: 6 for group in definition.groups})
    with app.app_context(), transaction(write=True) as session:
        campaigns.open_voting(session, code, "http://127.0.0.1", allow_http=False, by=BY)
    return Running(code, definition, codes)
