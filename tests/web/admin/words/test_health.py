"""What is watched, in words: what was found, and advice wherever something is to be done."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from survey.domain.definition.campaign import State
from survey.domain.operations.health import HealthFinding, HealthSubject, Verdict, judge
from survey.web.admin.words import health as words
from tests.domain.operations.test_health import AT, CASES, DAY, MINUTE, WELL, beat
from tests.web.spoken import is_said

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20


def said(subject: HealthSubject, **changes: Any) -> str:
    text = words.found(HealthFinding(subject, Verdict.GOOD), replace(WELL, **changes))
    return text.replace("\u00a0", " ")


def test_everything_watched_has_a_name_and_a_line(language: str) -> None:
    assert set(words.NAMES) == set(HealthSubject)
    assert set(words.VERDICTS) == set(words.CHIPS) == set(Verdict)
    for finding in judge(WELL):
        assert is_said(str(words.NAMES[finding.subject]), language)
        assert words.advice(finding) == ""
        text = words.found(finding, WELL)
        assert text
        assert finding.subject is HealthSubject.DATABASE or is_said(text, language)


@pytest.mark.parametrize(("subject", "changes", "verdict", "why"), CASES)
def test_whatever_is_not_well_has_advice(
    language: str, subject: str, changes: dict[str, Any], verdict: str, why: str
) -> None:
    finding = HealthFinding(HealthSubject(subject), Verdict(verdict), why)
    advice = words.advice(finding)
    assert bool(advice) is (verdict != "good")
    assert not advice or is_said(advice, language)
    assert words.found(finding, replace(WELL, **changes))


def test_no_advice_is_for_what_is_never_found() -> None:
    assert set(words.ADVICE) == {
        (HealthSubject(subject), why) for subject, _, verdict, why in CASES if verdict != "good"
    }


@pytest.mark.parametrize(
    ("age", "ago"),
    [
        (timedelta(seconds=59), "刚刚"),
        (-MINUTE, "刚刚"),
        (MINUTE, "1 分钟前"),
        (119 * MINUTE, "119 分钟前"),
        (120 * MINUTE, "2 小时前"),
        (2 * DAY - MINUTE, "47 小时前"),
        (2 * DAY, "2 天前"),
    ],
)
def test_how_long_ago(chinese: None, age: timedelta, ago: str) -> None:
    assert said(HealthSubject.WORKER, beat=beat(at=AT - age)) == f"{ago}有回音"


@pytest.mark.parametrize(
    ("free", "size"),
    [
        (0, "不到 64 MB"),
        (64 * MEGABYTE, "约 64 MB"),
        (GIGABYTE - MEGABYTE, "约 1023 MB"),
        (GIGABYTE, "约 1.0 GB"),
        (3 * GIGABYTE // 2, "约 1.5 GB"),
    ],
)
def test_sizes(chinese: None, free: int, size: str) -> None:
    assert said(HealthSubject.DISK, free=free) == f"可用空间{size}"


def test_facts_that_stand_in_the_lines(chinese: None) -> None:
    # 09:00 in UTC is 17:00 in Beijing, in which the log is read.
    assert said(HealthSubject.BACKUP) == "2026-11-21 17:00（24 小时前）"
    assert said(HealthSubject.BACKUP, backed_up=None) == "没有"
    assert said(HealthSubject.CLOCK) == "2026-11-22 17:00，与时间服务器同步；与数据库相差 0.1 秒"
    assert said(HealthSubject.CLOCK, offset=-3.25).endswith("3.2 秒")
    assert said(HealthSubject.CERTIFICATE, beat=beat(ends_at=AT + 21 * DAY)) == (
        "2026-12-13 到期（还有 21 天）"
    )
    assert said(HealthSubject.CERTIFICATE, beat=beat(ends_at=AT - DAY)) == "2026-11-21 已过期"
    assert said(HealthSubject.QUEUE, jobs={"waiting": 2, "failed": 1}) == (
        "等待 2 个，进行中 0 个，一天内未完成 1 个"
    )
    assert said(HealthSubject.CAMPAIGNS, states={State.OPEN: 2, State.DRAFT: 1, State.CLOSED: 0}) == (
        "准备 1 个，投票中 2 个"
    )
    assert said(HealthSubject.VERSION, beat=None) == "网站 1.0"
    assert said(HealthSubject.DATABASE, careless=("fsync", "log_statement")).endswith(
        "；设置：fsync, log_statement"
    )


def test_a_finding_names_the_campaigns_that_it_is_about() -> None:
    seen = replace(WELL, held=("a", "b"), interrupted=("c",))
    finding = HealthFinding(HealthSubject.CAMPAIGNS, Verdict.ACT, "held")
    assert words.campaigns(finding, seen) == ("a", "b")
    assert words.campaigns(replace(finding, why="interrupted"), seen) == ("c",)
    assert words.campaigns(replace(finding, why="fine"), seen) == ()
