"""What is thought of each thing that is watched, on either side of every limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.definition.campaign import State
from survey.domain.operations.health import (
    FREE_STEP,
    SIZE_STEP,
    Beat,
    HealthFinding,
    HealthSubject,
    Observation,
    Verdict,
    ages,
    in_steps,
    judge,
    worst,
)

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
GIGABYTE = 1 << 30
WELL = Observation(
    at=AT,
    version="1.0",
    database="sqlite",
    careless=(),
    size=10 * SIZE_STEP,
    free=100 * GIGABYTE,
    jobs={"done": 3},
    waiting_since=None,
    beat=Beat(AT - MINUTE, "1.0", ends_at=AT + 90 * DAY),
    secure=True,
    local=False,
    backed_up=AT - DAY,
    offset=0.1,
    synchronised=True,
    states={State.OPEN: 1},
    held=(),
    interrupted=(),
)
ROOM = 2 * (WELL.size + SIZE_STEP) + FREE_STEP
DRAFTS = {State.DRAFT: 2, State.OPEN: 0}


def beat(**changes: Any) -> Beat:
    assert WELL.beat is not None
    return replace(WELL.beat, **changes)


@given(st.integers(0, 1 << 50), st.integers(1, 1 << 30))
def test_what_is_told_moves_in_steps_and_is_never_more_than_there_is(number: int, step: int) -> None:
    told = in_steps(number, step)
    assert told % step == 0
    assert told <= number < told + step


def test_all_is_well() -> None:
    assert judge(WELL) == [HealthFinding(subject, Verdict.GOOD) for subject in HealthSubject]
    assert worst(judge(WELL)) is Verdict.GOOD


CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("database", {"careless": ("fsync",)}, "act", "careless"),
    ("disk", {"free": ROOM - 1}, "act", "full"),
    ("disk", {"free": ROOM}, "notice", "filling"),
    ("disk", {"free": 2 * GIGABYTE - 1}, "notice", "filling"),
    ("disk", {"free": 2 * GIGABYTE}, "good", "fine"),
    ("worker", {"beat": None}, "act", "none"),
    ("worker", {"beat": beat(at=AT - 3 * MINUTE)}, "good", "fine"),
    ("worker", {"beat": beat(at=AT - 3 * MINUTE - SECOND)}, "act", "silent"),
    ("worker", {"beat": beat(at=AT + 4 * MINUTE)}, "act", "silent"),
    ("queue", {"waiting_since": AT - 5 * MINUTE}, "good", "fine"),
    ("queue", {"waiting_since": AT - 5 * MINUTE - SECOND}, "notice", "late"),
    ("queue", {"jobs": {"failed": 1}}, "notice", "failed"),
    ("queue", {"jobs": {"failed": 0}}, "good", "fine"),
    ("backup", {"backed_up": None}, "act", "never"),
    ("backup", {"backed_up": None, "states": DRAFTS}, "notice", "never"),
    ("backup", {"backed_up": AT - 26 * HOUR}, "good", "fine"),
    ("backup", {"backed_up": AT - 27 * HOUR}, "notice", "old"),
    ("backup", {"backed_up": AT - 7 * DAY}, "notice", "old"),
    ("backup", {"backed_up": AT - 7 * DAY - SECOND}, "act", "old"),
    ("backup", {"backed_up": AT - 8 * DAY, "states": DRAFTS}, "notice", "old"),
    ("certificate", {"secure": False, "local": True}, "good", "local"),
    ("certificate", {"secure": False}, "notice", "plain"),
    ("certificate", {"beat": None}, "notice", "unknown"),
    ("certificate", {"beat": beat(ends_at=None)}, "notice", "unknown"),
    ("certificate", {"beat": beat(ends_at=None, fault="TimeoutError")}, "notice", "unreadable"),
    ("certificate", {"beat": beat(ends_at=AT)}, "act", "ended"),
    ("certificate", {"beat": beat(ends_at=AT + SECOND)}, "act", "soon"),
    ("certificate", {"beat": beat(ends_at=AT + 7 * DAY)}, "notice", "soon"),
    ("certificate", {"beat": beat(ends_at=AT + 21 * DAY)}, "good", "fine"),
    ("clock", {"offset": 2.0}, "good", "fine"),
    ("clock", {"offset": -2.1}, "notice", "apart"),
    ("clock", {"offset": 30.1}, "act", "apart"),
    ("clock", {"synchronised": None}, "notice", "unknown"),
    ("clock", {"synchronised": False, "offset": None}, "notice", "free"),
    ("campaigns", {"interrupted": ("small",)}, "act", "interrupted"),
    ("campaigns", {"interrupted": ("small",), "held": ("other",)}, "act", "held"),
    ("version", {"beat": beat(version="0.9")}, "notice", "differs"),
]


@pytest.mark.parametrize(("subject", "changes", "verdict", "why"), CASES)
def test_each_limit(subject: str, changes: dict[str, Any], verdict: str, why: str) -> None:
    (found,) = [one for one in judge(replace(WELL, **changes)) if one.subject == subject]
    assert (found.verdict, found.why) == (verdict, why)


def test_the_gravest_of_all_counts() -> None:
    seen = replace(WELL, synchronised=False)
    assert worst(judge(seen)) is Verdict.NOTICE
    assert worst(judge(replace(seen, careless=("fsync",)))) is Verdict.ACT


def test_ages_of_what_has_a_moment() -> None:
    assert dict(ages(WELL)) == {"backup": DAY, "worker": MINUTE, "queue": None}
    bare = replace(WELL, beat=None, backed_up=None, waiting_since=AT - SECOND)
    assert dict(ages(bare)) == {"backup": None, "worker": None, "queue": SECOND}
