"""The schema says all of a key once: each entry is whole, and the reader reads just what it declares."""

import dataclasses
import re
from dataclasses import MISSING
from typing import Any

import pytest

from survey.domain.definition import reader
from survey.domain.definition.campaign import TABLES, CampaignTable, Definition
from survey.domain.definition.form import Question, Section
from survey.domain.definition.reader import read_definition
from survey.domain.definition.schema import SchemaKey, entries_of, every_key, keys_of, read_entries
from survey.domain.definition.schema_entries import (
    ChoiceEntry,
    FlagEntry,
    KeyEntry,
    MarkEntry,
    NamedEntry,
    NamesEntry,
    NumberEntry,
    TextEntry,
    WholeEntry,
    ZoneEntry,
)
from survey.domain.definition.validation import Faults, Reader
from survey.domain.errors import Fault, Flaw, InvalidDefinition
from tests.domain.editing import changed as changed_in
from tests.domain.editing import pooled as full
from tests.domain.garbage import places
from tests.domain.invented import InventedRules, InventedTable

EVERY = dict(every_key(TABLES))
CLASSES = [Definition, *(known.of for known in EVERY.values() if known.of is not None)]
NO_LABEL = {
    "campaign.code": "stands above the fields: it cannot be changed",
    "quotas.criterion": "is chosen together with its section, in one field",
}
SAYS_ITSELF = (
    FlagEntry, MarkEntry,  # the label of a box is all that it says
    ChoiceEntry, ZoneEntry, NamedEntry, NamesEntry,  # what is offered says it
)  # fmt: skip
NO_HELP = {
    "campaign.code": "stands above the fields: it cannot be changed",
    "campaign.organiser": "everybody knows who that is",
    "scales.grades.label": "a column of names",
    "scales.grades.points": "a column of numbers; the page offers those in use",
    "sections.criteria.label": "a column of names",
    "ratees.name": "a column of names",
    "ratees.post": "a column of what stands in the office's own list",
    "ratees.unit": "a column of what stands in the office's own list",
    "questions.label": "the question as voters read it",
    "questions.options.label": "a column of names",
    "results.bands.label": "a column of names",
    "results.bands.at_least": "a column whose head is a sentence",
}


def changed(place: str, value: Any) -> Any:
    return changed_in(place, value, full())


def of_kind(*kinds: type) -> list[str]:
    return [path for path, known in EVERY.items() if isinstance(known.entry, kinds)]


def place_of(path: str) -> str:
    """Return where a key stands in the definition that holds every one."""
    for steps in places(full()):
        if ".".join(step for step in steps if isinstance(step, str)) == path:
            return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)[1:]
    raise LookupError(path)


def faults_at(data: Any, path: str) -> list[Fault]:
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(data)
    return [fault for fault in refused.value.faults if fault.path == path]


def read_alone(table: type, data: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    faults = Faults()
    return read_entries(Reader(faults, data, "here"), table), faults.found


@pytest.mark.parametrize("path", EVERY)
def test_a_key_has_a_label_and_a_help_or_a_reason_for_none(path: str) -> None:
    entry = EVERY[path].entry
    assert bool(entry.label) is (path not in NO_LABEL)
    if EVERY[path].of is None and not isinstance(entry, SAYS_ITSELF):
        assert bool(entry.help) is (path not in NO_HELP)


def test_reasons_are_given_for_keys_that_there_are() -> None:
    assert {*NO_LABEL, *NO_HELP} <= set(EVERY)


@pytest.mark.parametrize("path", of_kind(ChoiceEntry))
def test_every_word_of_an_enumeration_is_said_in_its_order(path: str) -> None:
    entry = EVERY[path].entry
    assert isinstance(entry, ChoiceEntry)
    assert list(entry.words) == list(entry.kind)
    assert all(entry.words.values())


@pytest.mark.parametrize("path", EVERY)
def test_the_definition_that_tests_begin_with_holds_every_key(path: str) -> None:
    assert place_of(path)


def test_the_reader_asks_for_what_the_schema_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    finish = Reader.finish

    def noted(self: Reader) -> None:
        asked.update(re.sub(r"\[\d+\]", "", self.at(key)) for key in self._known)
        finish(self)

    monkeypatch.setattr(Reader, "finish", noted)
    read_definition(full())
    assert asked == {"format", *EVERY}


@pytest.mark.parametrize("table", CLASSES, ids=lambda table: table.__name__)
def test_what_is_left_out_is_the_default_of_the_field(table: Any) -> None:
    read, faults = read_alone(table, {})
    for field in dataclasses.fields(table):
        known = next((known for known in entries_of(table).values() if known.name == field.name), None)
        if known is None:
            continue
        default = field.default if field.default_factory is MISSING else field.default_factory()
        if default is not MISSING:
            assert read[field.name] == default
        missing = [fault.flaw for fault in faults if fault.path == f"here.{known.key}"]
        assert missing == ([Flaw.MISSING] if known.required else []), known.key
    assert {fault.flaw for fault in faults} <= {Flaw.MISSING}


def test_only_what_code_works_out_may_be_left_out_without_a_default() -> None:
    without = {path for path, known in EVERY.items() if known.entry.optional}
    assert without == {
        *("sections.groups", "ratees.groups", "ratees.except", "questions.groups"),
        *("questions.at_most", "groups.weight"),
    }


@pytest.mark.parametrize("path", of_kind(WholeEntry))
def test_a_whole_number_beyond_its_limits(path: str) -> None:
    entry, place = EVERY[path].entry, place_of(path)
    assert isinstance(entry, WholeEntry)
    for value, flaw, limit in (
        (entry.least - 1, Flaw.TOO_SMALL, entry.least),
        (entry.most + 1, Flaw.TOO_LARGE, entry.most),
    ):
        found = faults_at(changed(place, value), place)
        assert [(fault.flaw, fault.facts["limit"]) for fault in found] == [(flaw, limit)]


@pytest.mark.parametrize("path", of_kind(NumberEntry))
def test_a_number_beyond_its_limits(path: str) -> None:
    entry, place = EVERY[path].entry, place_of(path)
    assert isinstance(entry, NumberEntry)
    below = Flaw.NOT_ABOVE_ZERO if entry.above_zero else Flaw.TOO_SMALL
    assert [fault.flaw for fault in faults_at(changed(place, -1), place)] == [below]
    assert [fault.flaw for fault in faults_at(changed(place, 10**13), place)] == [Flaw.TOO_LARGE]


@pytest.mark.parametrize("path", of_kind(TextEntry))
def test_a_text_without_a_default_must_not_be_empty(path: str) -> None:
    known, place = EVERY[path], place_of(path)
    if known.required:
        assert [fault.flaw for fault in faults_at(changed(place, " "), place)] == [Flaw.EMPTY]
    else:
        assert isinstance(known.default, str)


@pytest.mark.parametrize("path", of_kind(KeyEntry))
def test_a_key_is_there_and_new(path: str) -> None:
    assert EVERY[path].required
    place = place_of(path)
    assert Flaw.NOT_KEY in {fault.flaw for fault in faults_at(changed(place, "a b"), place)}
    holder, _, _ = place.rpartition(".")
    following = re.sub(r"\d+\]$", lambda number: f"{int(number[0][:-1]) + 1}]", holder)
    data: Any = full()
    for step in re.findall(r"[^.\[\]]+", holder.rpartition("[")[0]):
        data = data[int(step)] if step.isdigit() else data[step]
    if len(data) > 1:
        again = changed(f"{following}.key", data[0]["key"])
        assert Flaw.DUPLICATE in {fault.flaw for fault in faults_at(again, f"{following}.key")}


@pytest.mark.parametrize("path", [path for path in EVERY if re.search(r"\d", EVERY[path].entry.help)])
def test_a_help_says_the_default_and_the_limits_that_hold(path: str) -> None:
    known = EVERY[path]
    said = known.entry.help
    for number in re.findall(r"不填为 (\d+)", said):
        assert int(number) == known.default
    for number in re.findall(r"至少 (\d+)", said):
        assert int(number) == getattr(known.entry, "least", None)
    for least, most in re.findall(r"(\d+) 至 (\d+)", said):
        assert (int(least), int(most)) == (
            getattr(known.entry, "least", None),
            getattr(known.entry, "most", None),
        )


# A rule that is added to the schema is read without further code


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ResultRules", InventedRules)


def test_an_invented_rule_is_unknown_until_it_is_declared() -> None:
    (fault,) = faults_at(changed("results.moons", 7), "results.moons")
    assert fault.flaw is Flaw.UNKNOWN_KEY


@pytest.mark.usefixtures("invented")
def test_an_invented_rule_is_read() -> None:
    results: Any = read_definition(changed("results.moons", 7)).results
    assert (results.moons, results.sealed, results.minimum_cell) == (7, False, 5)
    left_out: Any = read_definition(full()).results
    assert left_out.moons == 3
    assert left_out.sealed is False


@pytest.mark.usefixtures("invented")
@pytest.mark.parametrize(
    ("key", "value", "flaw"),
    [
        ("moons", 0, Flaw.TOO_SMALL),
        ("moons", 10, Flaw.TOO_LARGE),
        ("moons", "7", Flaw.NOT_WHOLE),
        ("sealed", "yes", Flaw.NOT_FLAG),
    ],
)
def test_an_invented_rule_has_its_faults(key: str, value: Any, flaw: Flaw) -> None:
    data = changed(f"results.{key}", value)
    assert [fault.flaw for fault in faults_at(data, f"results.{key}")] == [flaw]


def test_an_invented_number_may_be_required() -> None:
    data = {"code": "a", "title": "b", "organiser": "c"}
    read, faults = read_alone(InventedTable, data | {"seats": 2})
    assert (read["motto"], read["seats"], faults) == ("无", 2, [])
    _, faults = read_alone(InventedTable, data)
    assert [(fault.path, fault.flaw) for fault in faults] == [("here.seats", Flaw.MISSING)]


def test_keys_named_first_stand_first_and_none_is_left_out() -> None:
    assert keys_of(Section) == (
        *("key", "title", "scale", "criteria", "groups", "comment"),
        *("form", "unticked", "write_in"),
    )
    assert keys_of(Section, ("groups", "key")) == (
        *("groups", "key", "title", "scale", "criteria", "comment"),
        *("form", "unticked", "write_in"),
    )


def test_code_of_its_own_is_given_what_was_read_before() -> None:
    given: list[dict[str, Any]] = []

    def own(read: dict[str, Any]) -> str:
        given.append(dict(read))
        return "own"

    faults = Faults()
    read = read_entries(
        Reader(faults, {"key": "a", "label": "b", "kind": "text"}), Question, {"options": own, "at_most": own}
    )
    assert [list(one) for one in given] == [["key", "label", "kind"], ["key", "label", "kind", "options"]]
    assert (read["options"], read["at_most"]) == ("own", "own")
    assert faults.found == []


def test_a_plain_field_is_no_key() -> None:
    assert "digest" not in EVERY
    assert isinstance(entries_of(CampaignTable)["title"], SchemaKey)
