"""A small campaign on paper, its codes, and ballots printed for them in tests."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Flask

from survey.domain.definition.campaign import Campaign
from survey.secrecy.token import digest
from survey.services.campaigns import campaigns
from survey.services.paper import printing
from survey.services.paper.printing import Printing
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.builders import BY, Codes, a_definition, armed_campaign, issue

URL = "https://minping.example.org"


def armed(app: Flask, numbers: dict[str, int] | None = None, **tables: Any) -> Codes:
    """Arm a small campaign with ``[paper]``, and return its codes."""
    armed_campaign(app, a_definition(**{"paper": {}} | tables))
    return issue(app, "small", numbers or {"A": 3, "B": 2})


def campaign() -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, "small")


def listed(codes: Codes) -> list[tuple[str, str]]:
    return [(group, token) for group, made in codes.items() for token in made]


def begun(rows: Iterable[tuple[str, str]], group: str | None = None) -> Printing:
    with transaction(write=True) as session:
        return printing.begin(session, vault(), settings().keys, "small", rows, group)


def noted(made: Printing) -> str:
    with transaction(write=True) as session:
        return printing.note(session, settings().keys, made, BY)


def printed(rows: Sequence[tuple[str, str]]) -> tuple[Printing, bytes]:
    """Print the ballots of some codes; return them as PDF."""
    made, out = begun(rows), io.BytesIO()
    printing.write(made, vault(), URL, out)
    noted(made)
    return made, out.getvalue()


def serial(made: Printing, token: str) -> str:
    return made.key.serial_of(digest(vault().token_key, token))
