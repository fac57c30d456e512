"""A campaign with paper ballots, the sheets that came out of its urn, and its paper key."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Flask

from survey.domain.definition.campaign import Campaign
from survey.domain.paper.reading import Doubt, LineReading, LineState
from survey.domain.paper.record import KeptPage, KeptSheet
from survey.domain.paper.sheet import PaperForm, PaperLine
from survey.secrecy.paper_key import PaperKey, new_paper_key, paper_key_path, write_paper_key
from survey.secrecy.token import digest, read_token
from survey.services.campaigns import campaigns
from survey.services.paper.forms import forms_of
from survey.services.paper.waiting import Waiting
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.builders import Running, a_definition, collect, running_campaign


def a_paper_definition(code: str = "small", **tables: Any) -> dict[str, Any]:
    """Return a small definition with paper ballots; ``tables`` replace or add whole tables."""
    campaign = {"code": code, "title": "小型测评", "organiser": "考核组"}
    return a_definition(**{"campaign": campaign, "paper": {}, **tables})


def find(code: str = "small") -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, code)


def keep_paper_key(code: str = "small") -> PaperKey:
    """Make the paper key of a campaign, as its first printing does."""
    key = new_paper_key(code)
    write_paper_key(paper_key_path(settings().keys, code), key)
    return key


def collecting_campaign(app: Flask, number: int = 8, **tables: Any) -> tuple[Running, PaperKey]:
    """Open a campaign with paper ballots, so many codes a group, and begin to collect."""
    running = running_campaign(app, a_paper_definition(**tables), number)
    key = keep_paper_key(running.code)
    collect(app, running.code)
    return running, key


def digest_of(code: str) -> bytes:
    """Return the stored digest of a code."""
    return digest(vault().token_key, read_token(code))


def a_sheet(
    key: PaperKey, campaign: Campaign, code: str, group: str = "A", said: str = "excellent"
) -> KeptSheet:
    """Return a whole sheet with one mark, on its first line; ``?`` makes that line doubtful."""
    [form] = forms_of(campaign, group)
    found = digest_of(code)
    return KeptSheet(key.serial_of(found), found, group, tuple(_pages(form, said)))


def a_torn_sheet(key: PaperKey, campaign: Campaign, code: str) -> KeptSheet:
    """Return a sheet of which a page is missing."""
    return replace(a_sheet(key, campaign, code), pages=())


def keep(key: PaperKey, sheets: Iterable[KeptSheet], code: str = "small") -> None:
    """Store sheets as a scan does."""
    with transaction(write=True) as session:
        Waiting(session, campaigns.find_campaign(session, code), key).add(sheets)


def _pages(form: PaperForm, said: str) -> Iterable[KeptPage]:
    for page in form.pages:
        first = page.lines[0] if page.page == 1 else None
        lines = [_reading(line, said if line is first else "") for line in page.lines]
        yield KeptPage(page.page, tuple(lines), {area.field: False for area in page.areas})


def _reading(line: PaperLine, said: str) -> LineReading:
    if said == "?":
        return LineReading(line.field, LineState.DOUBTFUL, None, Doubt.FAINT)
    if not said:
        return LineReading(line.field, LineState.BLANK)
    return LineReading(line.field, LineState.MARKED, said)
