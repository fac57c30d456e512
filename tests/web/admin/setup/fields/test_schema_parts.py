"""Every key of the schema has its field on a set-up page, with the label and the help that are declared."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from survey.documents.definition.definition_file import write_toml
from survey.domain.definition import reader
from survey.domain.definition.campaign import TABLES, CampaignTable
from survey.domain.definition.schema import every_key
from survey.services.campaigns import drafts
from survey.storage.database import transaction
from survey.web.admin.setup.fields.parts import Field, Number, Pair, Tick
from survey.web.admin.setup.fields.schema_parts import Part, field_of, parts_of, table_of
from survey.web.admin.setup.fields.subject import SetupPage
from survey.web.admin.setup.fields.subjects import PERSON, SUBJECTS
from tests.builders import BY
from tests.domain.editing import changed, pooled
from tests.domain.invented import InventedRules
from tests.web.clerk import Office, log_in

UNIT = "县委组织部"
EVERY = dict(every_key(TABLES))
NO_FIELD = {"campaign.code": "stands above the fields: addresses and files are called by it"}
IN_ONE = {
    "ratees.except": "is the boxes of groups not ticked",
    "quotas.section": "is in the field of the line",
}
PAGES = [*SUBJECTS, "ratees/0"]


def fields_of(parts: Sequence[Part], path: str = "") -> Iterator[tuple[str, Part]]:
    for part in parts:
        for key in part.keys if isinstance(part, Pair) else (part.key,):
            at = f"{path}.{key}" if path else key
            yield at, part
            if not isinstance(part, Field):
                yield from fields_of(part.parts, at)


HELD = dict(fields_of([*(part for subject in SUBJECTS.values() for part in subject.parts), PERSON]))


@pytest.fixture
def office(app: Flask) -> Office:
    with transaction(write=True) as session:
        drafts.create(session, pooled(), UNIT, BY)
    return log_in(app)


def test_every_key_has_a_part_on_some_page_or_a_reason_for_none() -> None:
    assert set(EVERY) - set(HELD) == {*NO_FIELD, "ratees.except"}
    assert set(HELD) <= set(EVERY)


@pytest.mark.parametrize("path", HELD)
def test_a_part_says_what_the_schema_says(app: Flask, path: str) -> None:
    part, entry = HELD[path], EVERY[path].entry
    with app.test_request_context():
        if isinstance(part, Pair):
            assert str(part.label) == EVERY["quotas.section"].entry.label
        else:
            assert str(part.label) == entry.label
        if isinstance(part, Field) and not isinstance(part, Pair):
            assert str(part.hint) == entry.help


def test_every_field_is_drawn(office: Office) -> None:
    """Some pages have templates of their own, which may forget one."""
    pages = "".join(office.get(f"/admin/c/full-2026/setup/{page}") for page in PAGES)
    drawn = {re.sub(r"\.\d+(?=\.|$)", "", name) for name in re.findall(r' name="([^"]+)"', pages)}
    scalars = {path for path, known in EVERY.items() if known.of is None}
    assert scalars - drawn == {*NO_FIELD, *IN_ONE}


def test_a_page_names_what_it_puts_first_and_shows_all_others() -> None:
    keys = [part.key for part in parts_of(CampaignTable, ("ceiling", "title"), {"code": None})]
    assert keys == [
        *("ceiling", "title", "organiser", "rated_unit", "year", "time_zone", "instructions"),
        *("entry", "turns", "signatures", "opens_at", "closes_at"),
    ]


def test_what_no_field_shows() -> None:
    with pytest.raises(TypeError, match="no field shows a CodeEntry"):
        field_of(EVERY["campaign.code"])
    with pytest.raises(TypeError, match="rank is no table"):
        table_of(EVERY["results.rank"])


# A rule that is added to the schema has its field without further code


def test_an_invented_rule_has_its_field(app: Flask) -> None:
    parts = {part.key: part for part in parts_of(InventedRules)}
    assert list(parts)[-2:] == ["moons", "sealed"]
    moons, sealed = parts["moons"], parts["sealed"]
    assert isinstance(moons, Number)
    assert isinstance(sealed, Tick)
    with app.test_request_context():
        assert (str(moons.label), str(moons.hint)) == ("月亮几个", "不填为 3")
        assert (str(sealed.label), str(sealed.hint)) == ("密封", "")


def test_an_invented_rule_is_typed_stored_and_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = TABLES["results"]
    invented = replace(known, entry=replace(known.entry, of=InventedRules))  # type: ignore[call-arg]
    monkeypatch.setitem(TABLES, "results", invented)
    monkeypatch.setattr(reader, "ResultRules", InventedRules)
    page = SetupPage("rules", "", "", (table_of(TABLES["rules"]), table_of(invented, ("minimum_cell",))))
    monkeypatch.setitem(SUBJECTS, "rules", page)
    path = "/admin/c/full-2026/setup/rules"
    shown = office.get(path)
    assert '<label for="results.moons">月亮几个</label>' in shown
    assert '<span class="hint" id="results.moons.hint">不填为 3</span>' in shown

    office.save(path, office.form(path).set("results.moons", "12").set("results.sealed", "1"))
    assert "不能大于 9" in office.get(path)
    office.save(path, office.form(path).set("results.moons", "7"))
    with transaction() as session:
        document: Any = drafts.find(session, "full-2026").document
    assert document == changed("results.sealed", True, changed("results.moons", 7, pooled()))
    results: Any = reader.read_definition(document).results
    assert (results.moons, results.sealed) == (7, True)
    assert "\n]\nmoons = 7\nsealed = true\n\n[paper]\n" in write_toml(document)


def test_a_page_has_each_key_once() -> None:
    for subject in SUBJECTS.values():
        paths = [path for path, _part in fields_of(subject.parts)]
        assert len(paths) == len(set(paths)), subject.key
