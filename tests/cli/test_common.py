"""What all commands do alike: usage, help, version, addresses."""

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
