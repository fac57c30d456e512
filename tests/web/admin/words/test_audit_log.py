"""Every act of the log in words."""

import ast
from collections.abc import Iterator

import pytest

from survey.domain.audit.acts import Act
from survey.web.admin.words.act_names import NAMES
from survey.web.admin.words.audit_log import PLAIN, WORKED_OUT
from tests.builders import ROOT

SOURCES = sorted((ROOT / "survey").rglob("*.py"))


def recorded(source: str) -> Iterator[str]:
    """Name every act that a source records; one that is not named as ``Act.…`` is a fault."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.record", "record"):
            act = node.args[2]
            for choice in (act.body, act.orelse) if isinstance(act, ast.IfExp) else (act,):
                name = ast.unparse(choice)
                assert name.startswith("Act."), ast.unparse(node)
                yield str(Act[name.removeprefix("Act.")])


def acts() -> set[str]:
    return {act for path in SOURCES for act in recorded(path.read_text("utf-8"))}


def test_every_act_has_its_words() -> None:
    assert len(acts()) > 20
    assert acts() == set(Act) == set(NAMES) == set(PLAIN) | set(WORKED_OUT)
    assert not set(PLAIN) & set(WORKED_OUT)


def test_an_act_is_found_wherever_it_is_recorded() -> None:
    assert list(recorded("audit.record(s, by, Act.OPEN if b else Act.CLOSE, code)")) == ["open", "close"]
    with pytest.raises(AssertionError):
        list(recorded("audit.record(s, by, act, code)"))
