"""Definitions that are well written and wrongly built: refused by name, or right to the end (R7)."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import event, given
from hypothesis import strategies as st

from survey.documents.definition.definition_file import parse_definition, write_toml
from survey.domain.ballot.packing import Packing
from survey.domain.definition.bounds import check_definition
from survey.domain.definition.canonical import canonical_json
from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidDefinition, WrongState
from survey.services.campaigns import drafts
from survey.storage.database import transaction
from survey.storage.draft_rows import read_document
from tests.attack.structure import Table, bent_definitions, often
from tests.attack.world import UNIT
from tests.builders import BY
from tests.signing_in import signed_in
from tests.web.clerk import forget_request

pytestmark = pytest.mark.slow

SETUP = (
    "", "basics", "groups", "scales", "sections", "ratees", "ratees/0", "matrix", "quotas", "questions",
    "rules", "check", "definition", "definition.toml", "roster", "roster.xlsx",
)  # fmt: skip


def assert_is_right_or_refused(data: Table) -> None:
    """Read it; what is taken comes back from a file and from the database, and has room for ballots."""
    try:
        definition = check_definition(data)
    except InvalidDefinition:
        assert drafts.faults(data)
        return
    event("taken")
    assert not drafts.faults(data)
    written = parse_definition(write_toml(data))
    assert written == data
    assert read_definition(written) == definition
    assert read_definition(read_document(canonical_json(data))) == definition
    assert Packing(definition).size


@often(250, 10_000)
@given(bent_definitions())
def test_a_bent_definition_is_refused_by_name_or_whole(data: Table) -> None:
    assert_is_right_or_refused(data)


@often(150, 5_000)
@given(bent_definitions(written=True))
def test_a_bent_definition_file_is_refused_by_name_or_whole(data: Table) -> None:
    read = parse_definition(write_toml(data))
    assert canonical_json(read) == canonical_json(data)  # of which no number is unlike itself
    assert_is_right_or_refused(read)


@dataclass
class Drafts:
    """An office in which one draft after the other is begun, looked at on every page, and thrown away."""

    client: FlaskClient
    numbers: Iterator[int] = field(default_factory=count)

    def code_for(self, data: Table) -> str:
        """Give a definition a code that is free, where it has a place for one."""
        code = f"x{next(self.numbers)}"
        if isinstance(data.get("campaign"), dict):
            data["campaign"]["code"] = code
        return code

    def send(self, path: str, data: Table) -> int:
        """Send a definition as a file; return the status of the answer."""
        forget_request()
        file = (BytesIO(write_toml(data).encode()), "x.toml")
        return self.client.post(path, data={"file": file, "version": "1"}).status_code

    def assert_shown(self, code: str) -> None:
        paths = [f"/admin/c/{code}/setup/{page}" for page in SETUP]
        paths += [f"/admin/c/{code}{page}" for page in ("", "/preview", "/preview/ballot")]
        for path in (*paths, f"/admin/new/copy/{code}", "/admin/new", "/admin/"):
            forget_request()
            assert self.client.get(path).status_code < 500, path
        with transaction(write=True) as session:
            drafts.delete(session, code, BY)


@pytest.fixture
def office(app: Flask) -> Drafts:
    app.config |= {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": True}
    return Drafts(signed_in(app, "organiser", UNIT))


@often(20, 2_000)
@given(data=bent_definitions(written=True), into=st.booleans())
def test_a_bent_file_is_refused_or_shown_on_every_page(office: Drafts, data: Table, into: bool) -> None:
    """``into``: it takes the place of a draft that was begun before."""
    code = office.code_for(data)
    if into:
        store(code, drafts.empty(code))
    status = office.send(f"/admin/c/{code}/setup/definition" if into else "/admin/new", data)
    event(str(status))
    assert status in (303, 422)
    if into or status == 303:
        office.assert_shown(code)


@often(20, 2_000)
@given(data=bent_definitions(written=True))
def test_a_bent_draft_is_refused_or_shown_on_every_page(office: Drafts, data: Table) -> None:
    """Whatever brought it: the service takes nothing that the pages cannot show."""
    code = office.code_for(data)
    store(code, drafts.empty(code))
    with contextlib.suppress(InvalidDefinition, WrongState):
        store(code, data, version=1)
        event("taken")
    office.assert_shown(code)


def store(code: str, data: Table, version: int = 0) -> None:
    """Begin a draft, or save its next version."""
    with transaction(write=True) as session:
        if version:
            drafts.save(session, code, data, version, BY)
        else:
            drafts.create(session, data, UNIT, BY)
