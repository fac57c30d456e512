"""A worker killed before each step of a job: the next one does it once, and no codes are left in a file."""

from pathlib import Path

import pytest

from survey.config import Settings
from survey.domain.operations.job import JobState
from survey.instance import ready_app
from survey.services.operations import download_folder
from survey.services.voting import slip_jobs
from survey.web.context import now
from tests.job import ask
from tests.jobs import an_account, codes_in, found, workplace
from tests.jobs import ask as ask_for_slips
from tests.lengths import times

from .killing import killed, stepped, steps
from .stages import Stages

pytestmark = pytest.mark.slow

SLIPS = 6


def work(settings: Settings, key: str, step: int) -> None:
    """Do a job in a process that dies before a step of it."""
    with ready_app(settings):
        place = workplace()
        with stepped(step):
            slip_jobs.run(key, place)


def handed_out(settings: Settings) -> list[Path]:
    return sorted(path for path in (settings.instance / "handout").iterdir() if path.suffix != ".lock")


def test_killed_before_each_step(stages: Stages, tmp_path: Path) -> None:
    for step in steps(times(3, 1)):
        settings = stages.copy("armed", tmp_path / str(step))
        with ready_app(settings):
            job = ask_for_slips(an_account(), {"A": SLIPS})
            was_killed = killed(work, settings, job.key, step)
            assert found(job.key).state in (JobState.WAITING, JobState.RUNNING, JobState.DONE)
            whole = found(job.key).state is JobState.DONE
            assert ask(settings, "SELECT count(*) FROM tokens") == (SLIPS if whole else 0)
            download_folder.sweep(workplace().folder, now())
            assert [path.name for path in handed_out(settings)] == ([found(job.key).file] if whole else [])
            slip_jobs.run(job.key, workplace())
            assert found(job.key).state is JobState.DONE
            [path] = handed_out(settings)
            assert len({code for _, code in codes_in(path.read_bytes())}) == SLIPS
            assert ask(settings, "SELECT count(*) FROM tokens") == SLIPS
            assert ask(settings, "SELECT count(*) FROM audit WHERE act = 'issue'") == 1
        if not was_killed:
            break
    assert step > 8
