"""Commands that are shown: a shell reads names as they are."""

import shlex

import pytest

from survey.domain.operations.shell_line import shell_line


@pytest.mark.parametrize(
    "name", ["张三", "a b", "$(reboot)", "x; reboot", "'", '"', "`id`", "--reset-second-factor"]
)
def test_a_name_is_one_word_and_no_option(name: str) -> None:
    words = shlex.split(shell_line("minping admin link", name, "--json"))
    assert words[:3] == ["minping", "admin", "link"]
    assert name in words
    assert not name.startswith("-") or words[-2:] == ["--", name]


def test_a_plain_name_stands_as_it_is() -> None:
    assert shell_line("minping admin link", "anna") == "minping admin link anna"
