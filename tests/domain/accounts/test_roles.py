"""What each role may do, written out by hand once more, as docs/accounts.md has it."""

import re

import pytest

from survey.domain.accounts.roles import Permission, Role, may, roles_with
from survey.domain.definition.canonical import canonical_json
from tests.builders import ROOT

# Organiser, scrutineer, viewer, owner, member.
TABLE = {
    "READ_CAMPAIGNS": "yes yes yes yes no",
    "READ_LOG": "yes yes yes yes no",
    "KEEP_OWN_ACCOUNT": "yes yes yes yes yes",
    "HOLD_SEATS": "yes yes yes yes yes",
    "SET_UP": "yes no no yes no",
    "CHANGE_TEMPLATES": "yes no no yes no",
    "RUN": "yes no no yes no",
    "SECOND_LATE_CODES": "yes yes no yes no",
    "REVIEW_PAPER": "yes yes no yes no",
    "NOTE_PRESENCE": "yes yes no yes no",
    "COUNT": "yes yes no yes no",
    "SIGN": "no yes no no no",
    "CONFIRM_RESETS": "no yes no yes no",
    "COPY_KEY": "no no no yes no",
    "SHRED": "yes no no yes no",
    "JOIN_NAMES": "yes yes no yes no",
    "RELEASE_NAME_TELLERS": "no no no yes no",
    "MODERATE": "yes no no yes no",
    "DECIDE": "yes no no yes no",
    "PUBLISH": "yes no no yes no",
    "ASSESS": "yes no no yes no",
    "REOPEN": "no no no yes no",
    "REACH_EVERY_UNIT": "no no no yes no",
    "MANAGE_PEOPLE": "no no no yes no",
    "WATCH": "no no no yes no",
}
ROLES = ("organiser", "scrutineer", "viewer", "owner", "member")


def test_the_whole_table() -> None:
    said = {
        permission.name: " ".join("yes" if may(role, permission) else "no" for role in Role)
        for permission in Permission
    }
    assert said == TABLE


def test_the_table_in_the_docs_is_the_same() -> None:
    page, *_ = (ROOT / "docs" / "accounts.md").read_text("utf-8").partition("**Seats.**")
    heads = re.search(r"^\| may \| (.*) \|$", page, re.MULTILINE)
    assert heads
    assert heads[1].split(" | ") == list(ROLES)
    rows = re.findall(r"^\| `([A-Z_]+)`: [^|]+ \| (.*) \|$", page, re.MULTILINE)
    assert {name: cells.replace(" | ", " ").replace("–", "no") for name, cells in rows} == TABLE


def test_roles_are_stored_and_written_as_ever() -> None:
    assert tuple(map(str, Role)) == ROLES
    for role, text in zip(Role, ROLES, strict=True):
        assert canonical_json({"role": role}) == canonical_json({"role": text}) == f'{{"role":"{text}"}}'


def test_a_role_has_what_it_is_among_those_with() -> None:
    assert roles_with(Permission.SIGN) == {Role.SCRUTINEER}
    assert may(Role.SCRUTINEER, Permission.SIGN)
    assert not may(Role.OWNER, Permission.SIGN)


def test_what_is_no_permission_is_a_fault_and_no_refusal() -> None:
    """A template that misspells one must not hide something quietly."""
    with pytest.raises(KeyError):
        may(Role.OWNER, "sign")  # type: ignore[arg-type]
