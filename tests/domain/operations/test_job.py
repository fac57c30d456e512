"""Where a job stands."""

from dataclasses import replace

import pytest

from survey.domain.operations.job import Job, JobState
from tests.builders import BY

JOB = Job("key", "slips", "small", 1, {}, 10, BY.at)


@pytest.mark.parametrize(
    ("state", "unfinished"),
    [
        (JobState.WAITING, True),
        (JobState.RUNNING, True),
        (JobState.DONE, False),
        (JobState.CANCELLED, False),
        (JobState.FAILED, False),
    ],
)
def test_it_is_unfinished_while_it_waits_or_runs(state: JobState, unfinished: bool) -> None:
    assert replace(JOB, state=state).unfinished is unfinished


def test_it_begins_by_waiting_with_nothing_done() -> None:
    assert (JOB.state, JOB.done, JOB.file, JOB.fault) == (JobState.WAITING, 0, None, None)
