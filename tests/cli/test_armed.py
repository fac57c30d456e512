"""Commands that change a campaign after it was armed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.config import Settings
from tests.job import attempt, minping

DEFINITION = """
format = 1
[campaign]
code = "small"
title = "小型测评"
organiser = "考核组"
opens_at = 2090-01-01T08:00:00+08:00
closes_at = 2090-01-01T18:00:00+08:00
[[groups]]
key = "A"
label = "A票"
weight = 1
[[scales]]
key = "s"
grades = [{ key = "good", label = "好", points = 100 }, { key = "bad", label = "差", points = 0 }]
[[sections]]
key = "form"
title = "测评表"
scale = "s"
criteria = [{ key = "k", label = "总体" }]
[[ratees]]
key = "r"
section = "form"
name = "领导班子"
"""


@pytest.fixture
def armed(settings: Settings, tmp_path: Path) -> Settings:
    file = tmp_path / "d.toml"
    file.write_text(DEFINITION)
    minping(settings, "campaign", "load", file)
    minping(settings, "campaign", "arm", "small")
    return settings


def test_taken_back_once_the_code_was_typed(armed: Settings) -> None:
    wrong = attempt(armed, "campaign", "disarm", "small", stdin="smal\n")
    assert (wrong.status, "nothing was changed" in wrong.err) == (1, True)
    done = minping(armed, "campaign", "disarm", "small", "--json", stdin="small\n").value
    assert (done["campaign"], done["state"]) == ("small", "draft")
    assert minping(armed, "campaign", "show", "small", "--json").value["state"] == "draft"
    assert list(armed.keys.iterdir()) == []
    minping(armed, "campaign", "disarm", "small", "--yes")
    minping(armed, "campaign", "arm", "small")
    minping(armed, "audit", "verify")


def test_codes_that_are_out_are_named(armed: Settings, tmp_path: Path) -> None:
    minping(armed, "token", "issue", "small", "--group", "A", "--count", "2", "--csv", tmp_path / "codes.csv")
    refused = attempt(armed, "campaign", "disarm", "small", "--yes")
    assert (refused.status, refused.out) == (1, "")
    assert "were handed out" in refused.err


def test_times_are_moved_in_the_campaigns_zone(armed: Settings) -> None:
    moved = minping(armed, "campaign", "postpone", "small", "--to", "2090-01-01T09:30", "--json").value
    assert moved["opens_at"] == "2090-01-01T09:30:00+08:00"
    early = attempt(armed, "campaign", "postpone", "small", "--to", "2090-01-01T01:00Z")
    assert (early.status, "can only begin later" in early.err) == (1, True)
    ended = minping(armed, "campaign", "extend", "small", "--to", "2090-01-01T11:00+00:00", "--json").value
    assert datetime.fromisoformat(ended["closes_at"]).astimezone(UTC).hour == 11
    assert attempt(armed, "campaign", "extend", "small", "--to", "tomorrow").status == 2
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert attempt(armed, "campaign", "extend", "small", "--to", past).status == 1
