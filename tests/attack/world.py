"""An instance with a campaign in every state and an account of every role, to be attacked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from survey import create_app
from survey.config import Settings
from survey.documents.assessment.row_files import read_rows
from survey.domain.accounts.roles import Role
from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.domain.definition.campaign import State
from survey.services.assessment import assessments, seating
from survey.services.campaigns import campaigns, drafts, trial
from survey.services.operations import jobs
from survey.services.voting import slip_jobs, tokens
from survey.storage import campaign_rows
from survey.storage.database import db, transaction
from survey.storage.tables import CampaignRow, TextRow
from survey.web.context import now, vault
from tests import published
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, running_campaign
from tests.quick import shared_templates
from tests.sample_year import SAMPLE, sample
from tests.signing_in import an_account, signed_in
from tests.web.admin.assessment.seated_year import CODE as YEAR
from tests.web.admin.assessment.seated_year import seated_year
from tests.web.clerk import forget_request

UNIT = "县委组织部"

QUESTIONS = [
    {"key": "age", "label": "年龄", "kind": "choice", "breakdown": True,
     "options": [{"key": "18-35", "label": "青年"}, {"key": "36+", "label": "其他"}]},
    {"key": "problems", "label": "问题", "kind": "choices", "at_most": 2,
     "options": [{"key": key, "label": key} for key in ("plan", "team", "style")]
     + [{"key": "none", "label": "none", "alone": True}]},
    {"key": "advice", "label": "建议", "kind": "text"},
]  # fmt: skip


def rich(code: str, **more: Any) -> dict[str, Any]:
    """Return a definition with something of everything: comments, reasons, questions, a quota, bands."""
    data = a_definition(questions=QUESTIONS, **more)
    data["campaign"] = {"code": code, "title": f"测评{code}", "organiser": "考核组"} | more.get(
        "campaign", {}
    )
    data["scales"][0]["grades"][2]["reason"] = "required"
    data["sections"][0]["comment"] = True
    data["quotas"] = [{"section": "form", "criterion": "de", "grade": "excellent", "at_most": "70%"}]
    data["results"] = {"rank": True, "minimum_cell": 3, "small_groups": "withhold"}
    return data


@dataclass
class World:
    """The instance: its application, who is logged in with which cookie, and what addresses can name."""

    app: Flask
    settings: Settings
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    campaigns: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        found = self.settings.sqlite_file
        assert found is not None
        return found


@contextmanager
def a_world(settings: Settings) -> Iterator[World]:
    """Make it; nothing of the application's context is left open, as a server has none between requests."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = shared_templates
    made = World(app, settings)
    try:
        with app.app_context():
            _campaigns(made)
            _accounts(made)
            _year()
            db.session.remove()
        yield made
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _campaigns(made: World) -> None:
    app = made.app
    with transaction(write=True) as session:
        drafts.create(session, {"campaign": {"code": "unfinished", "title": "草稿"}}, UNIT, BY)
        campaigns.load(session, rich("draft"), BY, UNIT)
        rows = read_rows("targets.csv", (SAMPLE / "targets.csv").read_bytes())
        assessments.load(session, sample("assessment.toml"), rows, BY, UNIT)
    armed_campaign(app, rich("armed"))
    running = running_campaign(app, rich("open"), 6)
    good, spent, void = running.codes["A"][:3]
    cast(app, spent, {"c1.de": "excellent"})
    with transaction(write=True) as session:
        tokens.void(session, vault(), "open", [void], BY)
    made.keys += [_job(app), "0" * 32]
    made.codes = {"good": good, "spent": spent, "void": void}
    public = rich("public", groups=("A",))
    public["campaign"]["entry"] = "open"
    armed_campaign(app, public)
    with transaction(write=True) as session:
        campaigns.open_voting(session, "public", "http://127.0.0.1", allow_http=False, by=BY)
    closed = running_campaign(app, rich("closed"), 4)
    for code in closed.codes["A"][:3]:
        cast(
            app, code, {"c1.de": "poor", "c1.de.reason": "迟到", "form.comment": "很好", "q.advice": "多下乡"}
        )
    close(app, "closed")
    for name in ("counted", "certified"):
        counted = running_campaign(app, rich(name), 5)
        for group in "AB":
            for code in counted.codes[group][:4]:
                cast(app, code, {"c1.de": "excellent", "c2.neng": "competent", "form.comment": "继续努力"})
        close(app, name)
        count(app, name)
    with transaction(write=True) as session:
        campaign_rows.set_state(session, campaigns.find_campaign(session, "certified"), State.CERTIFIED)
    edition = published.publish("certified", personal=published.own(rank=True))
    made.links = [published.link_of("certified", ratee, edition).rpartition("/")[2] for ratee in ("c1", "c2")]
    with transaction(write=True) as session:
        made.campaigns = ["unfinished", *(c.code for c in campaign_rows.list_campaigns(session))]
        session.execute(update(CampaignRow).values(unit=UNIT))
        made.keys += [key.hex() for key in session.scalars(select(TextRow.key))]
        made.campaigns.append(trial.begin(session, "draft", BY).code)


def _job(app: Flask) -> str:
    """Ask for slips, which no worker prints."""
    organiser = an_account("organiser", UNIT)
    with transaction(write=True) as session:
        return slip_jobs.ask(
            session,
            jobs.new_key(),
            "open",
            {"A": 1},
            with_list=True,
            base_url="http://127.0.0.1",
            account=organiser,
            at=now(),
        ).key


def _year() -> None:
    """Make a year's assessment, and have the member sit in its office."""
    seated_year(UNIT)
    member = an_account(Role.MEMBER, UNIT).name
    with transaction(write=True) as session:
        seating.give(session, YEAR, SeatAsked(member, SeatPart.OFFICE), BY)


def _accounts(made: World) -> None:
    app = made.app
    name = app.config["SESSION_COOKIE_NAME"]
    for role in Role:
        forget_request()
        client = signed_in(app, role, UNIT)
        page = client.get("/admin/me").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        cookie = client.get_cookie(name, path="/admin")
        assert token
        assert cookie
        made.cookies[role], made.tokens[role] = f"{name}={cookie.value}", token[1]
