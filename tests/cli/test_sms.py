"""Campaigns by text message on the command line: checked, taken, queued, told of, and refused."""

from pathlib import Path

import pytest

from survey.documents.definition.definition_file import write_toml
from tests.shell import Shell
from tests.sms_clients import a_list, an_sms_definition, number_of

GATEWAY = """
[channels.mas]
adapter = "signed"
number = "106900001234"
key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"
send_url = "https://gateway.example.org/send"
"""


@pytest.fixture
def hotline(shell: Shell) -> Shell:
    shell.do("init")
    data = an_sms_definition()
    data["sms"]["window"] = ["00:00", "23:59"]
    shell.file("hotline.toml", write_toml(data))
    shell.do("campaign load hotline.toml")
    shell.do("campaign arm hotline")
    shell.file("list.csv", a_list(12).decode())
    return shell


def test_from_the_list_to_the_queue(hotline: Shell) -> None:
    said = hotline.do("sms check hotline list.csv").out
    assert "12 numbers, no fault" in said
    assert "办税窗口的服务,1满意2一般3不满意0不了解。回复数字即可,拒收请回复R  (" in said
    assert "1 part)" in said
    hotline.do(f"sms opt-out add {number_of(3)}")
    assert hotline.do("sms opt-out add 138-0000-0003").out.strip() == "known already"
    assert hotline.do("sms opt-out count --json").json == {"opted_out": 1}
    taken = hotline.do("sms take hotline list.csv --json").json
    assert (taken["taken"], taken["groups"], taken["left_out"]) == (11, {"all": 11}, 1)
    hotline.do("campaign open hotline")
    assert hotline.do("sms send hotline --only 4 --json").json["queued"] == 4
    assert "7 invitations queued" in hotline.do("sms send hotline --at 2026-12-01T08:00+08:00").out
    numbers = hotline.do("sms status hotline --json").json
    assert (numbers["listed"], numbers["left_out"], numbers["queued"], numbers["sent"]) == (11, 1, 11, 0)
    assert "queued: 11" in hotline.do("sms status hotline").out


def test_sending_is_stopped_and_goes_on(hotline: Shell) -> None:
    hotline.do("sms take hotline list.csv")
    for command in ("stop", "resume"):
        answer = hotline(f"sms {command} hotline")
        assert (answer.status, answer.out, len(answer.err.splitlines())) == (1, "", 1)
        assert "stop or resume sending" in answer.err
    hotline.do("campaign open hotline")
    hotline.do("sms send hotline")
    assert hotline.do("sms stop hotline --json").json == {
        "campaign": "hotline",
        "stopped": True,
        "queued": 12,
    }
    assert hotline.do("sms status hotline --json").json["stopped"] is True
    assert "next: minping sms resume hotline" in hotline.do("sms status hotline").out
    assert hotline.do("sms resume hotline").out.strip() == "sending goes on; 12 messages queued"
    assert hotline.do("sms status hotline --json").json["stopped"] is False
    unknown = hotline("sms stop nowhere")
    assert (unknown.status, len(unknown.err.splitlines())) == (1, 1)


def test_what_is_wrong_is_told_in_lines_and_never_with_a_number(hotline: Shell) -> None:
    hotline.file("bad.csv", "number,ratee\n13800000001,tax\n13800000001,tax\n02082345678,bank\n")
    for command in ("check", "take"):
        answer = hotline(f"sms {command} hotline bad.csv")
        assert (answer.status, answer.out) == (1, "")
        said = answer.err
        assert "A3: this number stands in row 2 already" in said
        assert 'B4: "bank" there is none of this name; name one of: tax、police、water' in said
        assert "A4: this is a landline number" in said
        assert len(said.splitlines()) == 3
        assert "1380000" not in said
    assert "cannot read" in hotline.refused("sms take hotline nowhere.csv")
    assert "landline" in hotline.refused("sms opt-out add 010-62345678")
    assert hotline.do("sms status hotline --json").json["listed"] == 0
    assert "minping sms take hotline" in hotline.refused("campaign open hotline")
    assert "asks by sms" in hotline.refused("token issue hotline --group all --count 3 --csv c.csv")


def test_what_a_backup_says_is_to_be_sent_is_not_sent_after_a_restore(
    hotline: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hotline.do("sms take hotline list.csv")
    hotline.do("campaign open hotline")
    hotline.do("sms send hotline")
    hotline.do("backup kept.backup")
    (tmp_path / "elsewhere").mkdir()
    elsewhere = Shell(tmp_path / "elsewhere", monkeypatch)
    said = elsewhere.do("restore", hotline.folder / "kept.backup").err
    assert "hotline sends no messages, also no reminder, until somebody resumes" in said
    numbers = elsewhere.do("sms status hotline --json").json
    assert (numbers["listed"], numbers["queued"], numbers["uncertain"]) == (12, 0, 12)
    assert "is held" in elsewhere.refused("sms send hotline")


def test_wrong_times_and_campaigns_are_refused(hotline: Shell) -> None:
    hotline.do("sms take hotline list.csv")
    assert "is armed" in hotline.refused("sms send hotline")
    hotline.do("campaign open hotline")
    assert "no moment" in hotline("sms send hotline --at tomorrow").err
    assert "minping campaign list" in hotline.refused("sms status nowhere")
    assert "are taken for 10 minutes" in hotline.do("campaign close hotline").out
    assert "is not finished" in hotline.refused("campaign count hotline")
    assert "no channel is set up" in hotline.refused("sms run")
    channels = hotline.folder / "instance" / "sms.toml"
    channels.write_text(GATEWAY)
    channels.chmod(0o600)
    assert 'no channel "x"; it has mas' in hotline.refused("sms run x")
