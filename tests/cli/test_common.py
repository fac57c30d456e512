"""What all commands do alike: usage, help, version, addresses."""

import sys

import pytest

from tests.shell import Shell

USAGE = ["", "nothing", "campaign", "campaign arm", "campaign arm x --custody nobody", "campaign present x"]


USAGE += [
    "token issue x",
    "token issue x --csv f --group A",
    "results x --format odt --out f",
    "serve --port 0",
]


USAGE += ["campaign present x --group A --number -1", "token issue x --csv f --group A --count 0"]


USAGE += ["campaign publish x --as all", "admin create x --role teller", "campaign show x --colour red"]


@pytest.mark.parametrize("command", USAGE)
def test_wrong_usage(shell: Shell, command: str) -> None:
    assert shell(command).status == 2


def test_help_and_version(shell: Shell) -> None:
    assert "campaign" in shell.do("--help").out
    assert "0.1.0" in shell.do("--version").out


@pytest.mark.parametrize("url", ["minping.example.org", "https://a/b", "ftp://a"])
@pytest.mark.parametrize(
    "command", ["init", "campaign list", "campaign open small", "token issue small --csv f"]
)
def test_a_malformed_base_url(shell: Shell, command: str, url: str) -> None:
    assert "MINPING_BASE_URL" in shell.refused(command, MINPING_BASE_URL=url)


def test_an_argument_that_is_no_utf8_is_refused_in_one_line(shell: Shell) -> None:
    shell.to("draft")
    for command in ("campaign show", "assessment show", "assessment check"):
        said = shell(command, "a\udcff")
        assert said.status == 1
        assert said.err.count("\n") == 1


def test_no_file_of_the_instance_is_written_over(shell: Shell) -> None:
    shell.to("counted")
    instance = shell.folder / "instance"
    before = (instance / "minping.sqlite3").read_bytes()
    own = [one for one in instance.iterdir() if one.is_file()]
    assert own
    for one in own:
        assert "is a file of the instance" in shell.refused("results small --format json --out", one)
    assert (instance / "minping.sqlite3").read_bytes() == before
    shell.do("results small --format json --out", instance / "results.json")


@pytest.mark.skipif(sys.platform == "win32", reason="no such device")
def test_a_file_without_an_end_is_too_large(shell: Shell) -> None:
    shell.do("init")
    assert "too large" in shell.refused("campaign check /dev/zero")
    assert "too large" in shell.refused("assessment check /dev/zero")
