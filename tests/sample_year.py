"""The sample assessment's year: its files, and its three campaigns voted, counted and signed."""

import csv
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

from survey.services.accounts import accounts
from survey.services.count import certifying
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, ROOT, Codes, cast, close, count, parse, running_campaign
from tests.kept_state import kept
from tests.serving import Served, post, served

SAMPLE = ROOT / "tests" / "data" / "assessment"
SAMPLE_CODE = "qingyuan-2026"
CAMPAIGNS = ("qy-leaders", "qy-mutual", "qy-public")
SIGNERS = ("唱票人", "监票人")
AT_ONCE = 8

Ballots = list[tuple[str, dict[str, str]]]
"""Filled-in ballots: whose group, and what was ticked in which field."""


def sample(name: str) -> dict[str, Any]:
    """Return a TOML file of the sample, parsed with exact numbers."""
    return parse((SAMPLE / name).read_text("utf-8"))


def expected() -> Any:
    """Return the sample's result, as ``results --format json`` says it."""
    return json.loads((SAMPLE / "expected.json").read_text("utf-8"))


def ballots_of(campaign_code: str) -> Ballots:
    """Return a sample campaign's ballots; a line that was left empty is no field."""
    with (SAMPLE / "campaigns" / f"{campaign_code}.ballots.csv").open(encoding="utf-8-sig") as rows:
        return [
            (row.pop("group"), {field: value for field, value in row.items() if value})
            for row in csv.DictReader(rows)
        ]


@kept
def certified_campaigns(app: Flask) -> None:
    """Bring the sample's campaigns to ``certified``, their ballots cast through the service."""
    for name in CAMPAIGNS:
        running = _opened(app, name)
        for code, fields in _coded(running, ballots_of(name)):
            cast(app, code, fields)
        certified(app, name)


def campaigns_voted_over_http(app: Flask) -> None:
    """Bring the sample's campaigns to ``certified``, their ballots cast at a real server."""
    with app.app_context():
        found = settings()
    with served(found) as server:
        for name in CAMPAIGNS:
            vote_over_http(server, _opened(app, name), ballots_of(name))
            certified(app, name)


def vote_over_http(server: Served, codes: Codes, ballots: Ballots) -> None:
    """Cast ballots through the pages, some at a time; each is answered with a receipt."""

    def vote(coded: tuple[str, dict[str, str]]) -> int:
        code, fields = coded
        return post(server.host, server.port, "/v/cast", {"code": code, **fields})[0]

    with ThreadPoolExecutor(AT_ONCE) as voters:
        assert set(voters.map(vote, _coded(codes, ballots))) == {201}


def certified(app: Flask, campaign_code: str) -> None:
    """Close a campaign, count it and have it signed."""
    close(app, campaign_code)
    count(app, campaign_code)
    with app.app_context(), transaction(write=True) as session:
        teller, scrutineer = (account_rows.find_account(session, name) for name in SIGNERS)
        assert teller
        assert scrutineer
        certifying.certify(session, campaign_code, teller, scrutineer, BY)


def _opened(app: Flask, campaign_code: str) -> Codes:
    with app.app_context(), transaction(write=True) as session:
        for name in SIGNERS:
            if account_rows.find_account(session, name) is None:
                accounts.create(session, name, "scrutineer", secrets.token_urlsafe(18), BY)
    return running_campaign(app, SAMPLE / "campaigns" / f"{campaign_code}.toml").codes


def _coded(codes: Codes, ballots: Ballots) -> list[tuple[str, dict[str, str]]]:
    left = {group: iter(made) for group, made in codes.items()}
    return [(next(left[group]), fields) for group, fields in ballots]
