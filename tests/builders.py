"""Test data: definitions, campaigns in any state, ballots."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask

from survey.domain.definition.campaign import Custody, Definition
from survey.domain.definition.reader import read_definition
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns, procedure
from survey.services.custody import key_files
from survey.services.paper import collecting
from survey.services.voting import casting, tokens
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.kept_state import kept

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
BY = By("test", datetime(2026, 11, 22, 9, 0, tzinfo=UTC))

Codes = dict[str, list[str]]


def example(name: str) -> dict[str, Any]:
    """Return the parsed definition of a shipped example."""
    return parse((EXAMPLES / f"{name}.toml").read_text())


def mutual_example() -> dict[str, Any]:
    """Return the definition of 31 units that rate each other, one ballot each, in two pools."""
    return parse((Path(__file__).parent / "data" / "mutual-rating.toml").read_text())


def a_mutual_definition(*sizes: int, **tables: Any) -> dict[str, Any]:
    """Return a definition of pools of so many units (by default 6 and 7) that rate all others.

    Groups are called ``a1``, ``a2`` …, ``b1`` …, pools ``a``, ``b`` …, ratees ``r-a1``; there is one
    criterion. ``tables`` replace or add whole tables.
    """
    pools = dict(zip("abcdefgh", sizes or (6, 7), strict=False))
    units = [(pool, f"{pool}{n}") for pool, size in pools.items() for n in range(1, size + 1)]
    data = a_definition(criteria=["all"], ratees=[])
    data["pools"] = [{"key": pool, "label": f"{pool}类票", "weight": 1} for pool in pools]
    data["groups"] = [{"key": key, "label": f"{key}票", "issue": 1, "pool": pool} for pool, key in units]
    section = data["sections"][0]["key"]
    data["ratees"] = [
        {"key": f"r-{key}", "section": section, "name": key, "except": [key]} for _pool, key in units
    ]
    data["results"] = {"minimum_cell": 3, "small_groups": "withhold"}
    return data | tables


def parse(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def a_definition(
    *,
    groups: Sequence[str] = ("A", "B"),
    ratees: Sequence[str] = ("c1", "c2", "c3"),
    criteria: Sequence[str] = ("de", "neng"),
    **tables: Any,
) -> dict[str, Any]:
    """Return a small valid definition; ``tables`` replace or add whole tables."""
    data: dict[str, Any] = {
        "format": 1,
        "campaign": {"code": "small", "title": "小型测评", "organiser": "考核组"},
        "groups": [{"key": key, "label": f"{key}票", "weight": 1} for key in groups],
        "scales": [
            {
                "key": "cadre",
                "grades": [
                    {"key": "excellent", "label": "优秀", "points": 100},
                    {"key": "competent", "label": "称职", "points": 80},
                    {"key": "poor", "label": "不称职", "points": 40},
                ],
                "abstain": {"label": "不了解"},
            }
        ],
        "sections": [
            {
                "key": "form",
                "title": "测评表",
                "scale": "cadre",
                "criteria": [{"key": key, "label": key} for key in criteria],
            }
        ],
        "ratees": [{"key": key, "section": "form", "name": f"干部{key}"} for key in ratees],
    }
    return data | tables


def a_team_and(persons: int) -> dict[str, Any]:
    """Return a definition of one team and some persons, six lines each, and a comment on the team."""
    lines = [{"key": f"k{number}", "label": label} for number, label in enumerate("德能勤绩廉评")]
    sections = [
        {"key": "team", "title": "班子测评表", "scale": "cadre", "criteria": lines, "comment": True},
        {"key": "form", "title": "干部测评表", "scale": "cadre", "criteria": lines},
    ]
    people = [
        {"key": f"c{number}", "section": "form", "name": f"干部{number}", "post": "副职"}
        for number in range(persons)
    ]
    team = {"key": "team1", "section": "team", "name": "领导班子"}
    return {**a_definition(groups=["A"], sections=sections), "ratees": [team, *people]}


def built(**changes: Any) -> Definition:
    """Return a small definition, read."""
    return read_definition(a_definition(**changes))


@dataclass
class Running:
    """A campaign in the test's application, and its codes."""

    code: str
    definition: Definition
    codes: Codes


@kept
def armed_campaign(app: Flask, data: dict[str, Any] | str | Path) -> Definition:
    """Load a campaign and arm it under custody ``server``."""
    if isinstance(data, Path):
        data = data.read_text()
    if isinstance(data, str):
        data = parse(data)
    with app.app_context(), key_files.Undo() as undo:
        with transaction(write=True) as session:
            loaded = campaigns.load(session, data, BY)
        with transaction(write=True) as session:
            armed = campaigns.arm(session, loaded.code, Custody.SERVER, BY)
            key_files.keep_key(settings().keys, armed, undo)
    return loaded.definition


def issue(app: Flask, code: str, numbers: dict[str, int]) -> Codes:
    """Issue codes; empty ``numbers`` take those that the definition plans."""
    with app.app_context(), transaction(write=True) as session:
        issued = tokens.issue(session, vault(), code, numbers, BY)
    found: Codes = {group.key: [] for group in issued.campaign.definition.raters}
    for group, made in issued.tokens:
        found[group].append(made)
    return found


@kept
def running_campaign(app: Flask, data: dict[str, Any] | str | Path, number: int | None = None) -> Running:
    """Arm a campaign, issue codes (``number`` a group, or as planned, or 20 a group) and open it."""
    definition = armed_campaign(app, data)
    planned = number is None and any(group.issue for group in definition.raters)
    numbers = {} if planned else {group.key: number or 20 for group in definition.raters}
    codes = issue(app, definition.code, numbers)
    with app.app_context(), transaction(write=True) as session:
        campaigns.open_voting(session, definition.code, "http://127.0.0.1", allow_http=False, by=BY)
    return Running(definition.code, definition, codes)


def open_campaign(app: Flask, data: dict[str, Any] | str | Path) -> Codes:
    """Open a campaign and return its codes by rater group."""
    return running_campaign(app, data).codes


def cast(app: Flask, code: str, fields: dict[str, str | list[str]]) -> str:
    """Cast a ballot through the service; return its receipt."""
    posted = {name: [value] if isinstance(value, str) else value for name, value in fields.items()}
    now = datetime.now(UTC)
    with app.app_context():
        with transaction() as session:
            ticket = casting.admit(session, vault(), code, now)
        sealed = casting.seal(ticket, posted)
        with transaction(write=True) as session:
            return casting.cast(session, sealed, now)


def close(app: Flask, code: str) -> None:
    with app.app_context():
        procedure.close(code, BY, settings().keys)


def collect(app: Flask, code: str) -> None:
    """End a campaign's voting by phone, so that its paper ballots can be read."""
    with app.app_context(), transaction(write=True) as session:
        collecting.collect(session, code, BY)


def count(app: Flask, code: str) -> Any:
    """Open the box with the server's key and count."""
    with app.app_context():
        with transaction() as session:
            found = campaigns.find_campaign(session, code)
        return procedure.count(code, key_files.seed_of(found, settings().keys, ()), BY)
