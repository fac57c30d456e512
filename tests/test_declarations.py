"""Roles, permissions and acts of the log are declared once, and written as bare strings nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.bare_words import ACTS_OF_ONE_MEANING, NO_ACTS, NO_ROLES, bare_acts, bare_roles
from bench.source import Module, read_modules
from survey.domain.accounts.roles import Permission, Role
from tests.builders import ROOT

MODULES = read_modules(ROOT / "survey")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
IN_TEMPLATES = {
    # The part in which one signs, teller or scrutineer.
    "admin/count/sign.html": {"scrutineer"},
    # What a second factor is asked for, as the address says it.
    "admin/accounts/new_recovery_codes.html": {"recovery-codes"},
    "admin/accounts/second_factor.html": {"second-factor"},
    # The name of an element.
    "voter/handed_out.html": {"hand-out"},
}


def module(source: str, name: str = "survey.web.anything") -> Module:
    return Module(name, (f"{name.rpartition('.')[2]}.py",), source)


def bare_in_template(source: str) -> set[str]:
    """Find roles, and acts whose names are no common words, in quotation marks."""
    return set(re.findall(r"""["']([\w -]+)["']""", source)) & {*Role, *ACTS_OF_ONE_MEANING}


def permissions_in(source: str) -> set[str]:
    return set(re.findall(r"\bPermission\.([A-Z_]+)\b", source))


def test_no_module_writes_a_role_as_a_bare_string() -> None:
    assert {one.name: found for one in MODULES if (found := bare_roles(one))} == {}


def test_no_module_writes_an_act_as_a_bare_string() -> None:
    assert {one.name: found for one in MODULES if (found := bare_acts(one))} == {}


def test_no_template_writes_a_role_or_an_act_as_a_bare_string() -> None:
    found = {
        name: words
        for path in TEMPLATES
        if (words := bare_in_template(path.read_text("utf-8")))
        and (name := path.relative_to(ROOT / "templates").as_posix())
    }
    assert found == IN_TEMPLATES


@pytest.mark.parametrize(
    "source",
    [
        'if account.role == "owner": ...',
        'ROLES = ("organiser", "owner")',
        '@access("viewer")\ndef view(): ...',
        'NAMES = {"scrutineer": "监票人"}',
    ],
)
def test_a_bare_role_is_found(source: str) -> None:
    assert bare_roles(module(source))


@pytest.mark.parametrize(
    "source",
    [
        'audit.record(session, by, "open", code)',
        'audit.record(session, by, "reopen" if held else "open", code)',
        'audit_record(session, by, "export key", code)',
        'any(entry.act == "erase" for entry in log)',
        'act in ("open", word)',
        'protocol.last(done, "arm")',
        'Wanted(codes, act="trial")',
        'NAMES = {"open": "开始", "close": "结束"}',
        'OPENING = ("open", "reopen")',
        'kind = "reset-confirmed"',
    ],
)
def test_a_bare_act_is_found(source: str) -> None:
    assert bare_acts(module(source))


@pytest.mark.parametrize(
    "source",
    [
        'Column("票数", "count")',
        'campaign.require(State.DRAFT, to="arm")',
        'value = {"campaign": code, "count": digest}',
        "audit.record(session, by, Act.OPEN, code, way='link')",
    ],
)
def test_a_common_word_is_no_act(source: str) -> None:
    assert bare_acts(module(source)) == []


def test_a_word_is_spared_in_its_module_alone() -> None:
    source = '{"organiser": definition.organiser}'
    assert bare_roles(module(source, "survey.cli.campaigns")) == []
    assert bare_roles(module(source)) == ["1: organiser"]


def words_of(one: Module) -> set[object]:
    return {node.value for node in ast.walk(one.tree) if isinstance(node, ast.Constant)}


def test_nothing_is_spared_for_nothing() -> None:
    """A module that is gone, or does without the word by now, leaves the list."""
    written = {one.name.partition(".")[2]: words_of(one) for one in MODULES}
    for spared in (NO_ROLES, NO_ACTS):
        assert {name for name, words in spared.items() if words - written.get(name, set())} == set()


@pytest.mark.parametrize("source", ['{% if role == "owner" %}', "{{ act('reset-confirmed') }}"])
def test_a_bare_word_in_a_template_is_found(source: str) -> None:
    assert bare_in_template(source)


def sources() -> Iterator[tuple[Path, str]]:
    for path in (*TEMPLATES, *(ROOT / "survey").rglob("*.py")):
        if path.name != "roles.py":
            yield path, path.read_text("utf-8")


def test_every_permission_is_asked_for_and_no_other() -> None:
    asked = {name for _, source in sources() for name in permissions_in(source)}
    assert asked == set(Permission.__members__)


def test_a_permission_that_nobody_declared_is_found() -> None:
    assert permissions_in("{% if may(Permission.FLY) %}") - set(Permission.__members__) == {"FLY"}
