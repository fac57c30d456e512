"""A correction killed before each step, and made by another process than the one that serves voters."""

import json
from pathlib import Path

import pytest

from survey.config import Settings
from survey.instance import ready_app
from survey.services.campaigns import campaigns
from survey.storage.database import transaction
from tests.job import attempt, minping, totals
from tests.services.voting.test_race import CODE as TOWN
from tests.services.voting.test_race import opened
from tests.serving import post, served
from tests.shell import PASSWORD

from .killing import killed, stepped, steps
from .stages import CODE, Stages, go_on

pytestmark = pytest.mark.slow

NAME = "更正后的班子"
AGREED = ("--second", "teller", "--password-stdin")
CORRECT = ("campaign", "correct", CODE, "--set", f"ratees.r.name={NAME}", *AGREED)


def work(settings: Settings, step: int) -> None:
    with stepped(step):
        attempt(settings, *CORRECT, stdin=f"{PASSWORD}\n")


def name_of(settings: Settings) -> str:
    with ready_app(settings), transaction() as session:
        return campaigns.find_campaign(session, CODE).definition.ratee["r"].name


def test_killed_before_each_step(stages: Stages, tmp_path: Path) -> None:
    names = set()
    for step in steps(1):
        settings = stages.copy("open", tmp_path / str(step))
        was_killed = killed(work, settings, step)
        names.add(name_of(settings))
        minping(settings, "audit", "verify")
        if name_of(settings) != NAME:
            minping(settings, *CORRECT, stdin=f"{PASSWORD}\n")
        if not was_killed:
            go_on(settings, stages, "closed", settings.instance.parent)
            break
    assert len(names) == 2
    assert step > 3


def test_a_server_shows_what_another_process_corrected_and_loses_no_ballot(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, codes = opened(database, tmp_path, request, 6)
    create = ("admin", "create", "teller", "--role", "scrutineer", "--password-stdin")
    minping(settings, *create, stdin=f"{PASSWORD}\n")
    title = "更正后的标题"
    with served(settings) as running:
        here = running.host, running.port

        def title_of(code: str) -> str:
            status, body = post(*here, "/v/ballot", {"code": code})
            assert status == 200
            return str(json.loads(body)["title"])

        def cast(code: str) -> None:
            assert post(*here, "/v/cast", {"code": code, "c1.de": "excellent"})[0] == 201

        assert title_of(codes[0]) != title
        cast(codes[0])
        correct = ("campaign", "correct", TOWN, "--set", f"campaign.title={title}", *AGREED)
        minping(settings, *correct, stdin=f"{PASSWORD}\n")
        assert [title_of(code) for code in codes[1:]] == [title] * 5
        for code in codes[1:]:
            cast(code)
    minping(settings, "audit", "verify")
    minping(settings, "campaign", "close", TOWN)
    minping(settings, "campaign", "count", TOWN)
    total = totals(settings, TOWN, tmp_path)
    assert [total[name] for name in ("returned", "valid", "unreadable")] == [6, 6, 0]
