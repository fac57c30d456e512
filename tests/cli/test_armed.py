"""Commands that change a campaign after it was armed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.config import Settings, read_settings
from tests.conftest import settings_on
from tests.job import attempt, minping
from tests.shell import PASSWORD

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


def test_a_correction_needs_a_second_person_and_names_what_it_changed(armed: Settings) -> None:
    create = ("admin", "create", "second", "--role", "scrutineer", "--password-stdin")
    minping(armed, *create, stdin=f"{PASSWORD}\n")
    order = (
        "campaign",
        "correct",
        "small",
        "--set",
        "ratees.r.name=领导集体",
        "--set",
        "campaign.organiser=组织部",
    )
    assert attempt(armed, *order).status == 2
    wrong = attempt(armed, *order, "--second", "second", "--password-stdin", stdin="something else 17\n")
    assert wrong.status == 1
    done = minping(
        armed, *order, "--second", "second", "--password-stdin", "--json", stdin=f"{PASSWORD}\n"
    ).value
    assert done["changes"] == [
        {"path": "campaign.organiser", "before": "考核组", "after": "组织部"},
        {"path": "ratees.r.name", "before": "领导班子", "after": "领导集体"},
    ]
    again = attempt(armed, *order, "--second", "second", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (again.status, "nothing was changed" in again.err) == (1, True)
    grade = ("campaign", "correct", "small", "--set", "scales.s.grades=x", "--second", "second")
    assert attempt(armed, *grade, "--password-stdin").status == 1
    shown = minping(armed, "campaign", "show", "small", "--json").value
    assert shown["organiser"] == "组织部"
    minping(armed, "audit", "verify")


def test_a_corrected_campaign_comes_back_from_a_backup(armed: Settings, tmp_path: Path) -> None:
    create = ("admin", "create", "second", "--role", "scrutineer", "--password-stdin")
    minping(armed, *create, stdin=f"{PASSWORD}\n")
    order = ("campaign", "correct", "small", "--set", "campaign.organiser=组织部", "--second", "second")
    minping(armed, *order, "--password-stdin", stdin=f"{PASSWORD}\n")
    minping(armed, "backup", tmp_path / "backup")
    other = settings_on("sqlite", tmp_path / "other", None)
    minping(other, "restore", tmp_path / "backup")
    assert minping(other, "campaign", "show", "small", "--json").value["organiser"] == "组织部"
    minping(other, "audit", "verify")


def test_persons_one_after_the_other(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "d.toml"
    later = DEFINITION.replace("opens_at", "turns = true\n# opens_at").replace("closes_at", "# closes_at")
    file.write_text(later + '[[ratees]]\nkey = "t"\nsection = "form"\nname = "王建国"\n')
    minping(settings, "campaign", "load", file)
    minping(settings, "campaign", "arm", "small")
    early = attempt(settings, "turn", "next", "small")
    assert (early.status, len(early.err.splitlines())) == (1, 1)
    minping(
        settings, "token", "issue", "small", "--group", "A", "--count", "3", "--csv", tmp_path / "codes.csv"
    )
    minping(settings, "campaign", "open", "small")
    told = minping(settings, "turn", "next", "small", "--json").value
    assert told["open"] == "r"
    assert (told["waiting"], told["handing_in"], told["revision"]) == (1, False, 1)
    wrong = attempt(settings, "turn", "open", "small", "t")
    assert (wrong.status, wrong.err) == (1, "minping: r is open; end that turn first\n")
    blind = attempt(settings, "turn", "next", "small")
    assert (blind.status, "--after 1" in blind.err) == (1, True), "somebody else may have opened r just now"
    late = attempt(settings, "turn", "next", "small", "--after", "0")
    assert (late.status, len(late.err.splitlines())) == (1, 1)
    assert minping(settings, "turn", "list", "small", "--json").value["revision"] == 1
    minping(settings, "turn", "end", "small", "r", "--after", "1")
    minping(settings, "turn", "pass", "small", "t")
    assert "ballots are taken from here on" in minping(settings, "turn", "hand-in", "small").out
    assert minping(settings, "turn", "list", "small", "--json").value == {
        "format": 1,
        "campaign": "small",
        "revision": 4,
        "handing_in": True,
        "ratees": [
            {"key": "r", "name": "领导班子", "turn": "ended"},
            {"key": "t", "name": "王建国", "turn": "absent"},
        ],
    }
    assert "absent   t 王建国" in minping(settings, "turn", "list", "small").out


def running(settings: Settings, tmp_path: Path) -> None:
    """Open a campaign of one ratee that goes person by person."""
    file = tmp_path / "d.toml"
    file.write_text(
        DEFINITION.replace("opens_at", "turns = true\n# opens_at").replace("closes_at", "# closes_at")
    )
    minping(settings, "campaign", "load", file)
    minping(settings, "campaign", "arm", "small")
    codes = tmp_path / "codes.csv"
    minping(settings, "token", "issue", "small", "--group", "A", "--count", "3", "--csv", codes)
    minping(settings, "campaign", "open", "small")


def test_closing_says_who_was_never_opened(settings: Settings, tmp_path: Path) -> None:
    running(settings, tmp_path)
    closed = attempt(settings, "campaign", "close", "small")
    assert closed.status == 0
    assert "warning: 1 were never opened and have no answers: r" in closed.err


def test_a_restored_list_stands_as_in_the_backup_and_waits_for_an_owner(
    settings: Settings, tmp_path: Path
) -> None:
    running(settings, tmp_path)
    minping(settings, "turn", "next", "small")
    minping(settings, "backup", tmp_path / "backup")
    (tmp_path / "other").mkdir()
    other = read_settings({"MINPING_INSTANCE": str(tmp_path / "other" / "instance")})
    minping(other, "restore", tmp_path / "backup")
    held = attempt(other, "turn", "end", "small", "r")
    assert held.status == 1
    assert "held" in held.err
    minping(other, "campaign", "open", "small")
    seen = minping(other, "turn", "list", "small", "--json").value["revision"]
    assert seen > 10_000
    assert minping(other, "turn", "hand-in", "small", "--after", seen, "--json").value["handing_in"]
