"""Taking back killed before each step: the campaign is armed with its key, or a draft whose key is void."""

from pathlib import Path

import pytest

from survey.config import Settings
from survey.domain.definition.campaign import State
from survey.instance import ready_app
from survey.secrecy.custody import read_key_file
from survey.services.campaigns import campaigns
from survey.services.custody import key_files
from survey.services.voting import slip_jobs
from survey.storage.database import transaction
from tests.job import minping
from tests.jobs import an_account, ask, workplace

from .killing import killed_at, steps
from .stages import CODE, Stages

pytestmark = pytest.mark.slow

DISARM = ("campaign", "disarm", CODE, "--yes")


def require_whole(settings: Settings) -> State:
    """Return the state; armed, the key opens the box and the codes are there; a draft has neither."""
    with ready_app(settings), transaction() as session:
        found = campaigns.find_campaign(session, CODE)
        if found.state is State.ARMED:
            assert key_files.seed_of(found, settings.keys, ())
        else:
            assert (found.state, found.public_key, found.custody) == (State.DRAFT, None, None)
    return found.state


def test_killed_before_each_step(stages: Stages, tmp_path: Path) -> None:
    states = set()
    for step in steps(1):
        settings = stages.copy("armed", tmp_path / str(step))
        with ready_app(settings):
            slip_jobs.run(ask(an_account(), {"A": 4}).key, workplace())
        former = read_key_file(key_files.key_path(settings.keys, CODE))
        was_killed = killed_at(settings, DISARM, step)
        states.add(require_whole(settings))
        if require_whole(settings) is State.DRAFT and step % 2:
            minping(settings, "campaign", "arm", CODE)
            assert read_key_file(key_files.key_path(settings.keys, CODE)) != former
        else:
            minping(settings, *DISARM)
            assert not key_files.key_path(settings.keys, CODE).exists()
            minping(settings, "campaign", "arm", CODE)
        minping(settings, "token", "issue", CODE, "--csv", settings.instance.parent / "codes.csv")
        minping(settings, "campaign", "open", CODE)
        minping(settings, "audit", "verify")
        if not was_killed:
            break
    assert states == {State.ARMED, State.DRAFT}
    assert step > 8
