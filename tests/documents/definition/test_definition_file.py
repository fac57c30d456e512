"""Definition files: TOML in, values exactly as written out."""

import contextlib
import random
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.documents.definition.definition_file import (
    _FIRST,
    MAX_FILE,
    parse_definition,
    read_definition_file,
    write_toml,
    written_order,
)
from survey.domain.definition.campaign import TABLES
from survey.domain.definition.canonical import canonical_json, digest
from survey.domain.definition.schema import entries_of, every_key
from survey.domain.errors import BadFile, InvalidDefinition
from tests.builders import EXAMPLES, example
from tests.domain.editing import changed, pooled
from tests.domain.invented import InventedRules


def test_numbers_as_written() -> None:
    read = parse_definition("a = 85.5\nb = 0.1\nc = 100\nd = 1e2\ne = 33.333333333333333333333")
    assert read == {
        "a": Decimal("85.5"),
        "b": Decimal("0.1"),
        "c": 100,
        "d": Decimal("1e2"),
        "e": Decimal("33.333333333333333333333"),
    }
    assert isinstance(read["c"], int)


def test_times_keep_their_offset() -> None:
    read = parse_definition("at = 2026-11-22T09:00:00+08:00\nlocal = 2026-11-22T09:00:00")
    assert read["at"].utcoffset() == timedelta(hours=8)
    assert read["at"] == datetime.fromisoformat("2026-11-22T01:00:00+00:00")
    assert read["local"].tzinfo is None


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: str(path.stem))
def test_samples(path: Path) -> None:
    assert read_definition_file(path)["campaign"]["code"] == path.stem


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "d.toml").write_bytes(b"\xef\xbb\xbfformat = 1\r\n")
    assert read_definition_file(tmp_path / "d.toml") == {"format": 1}


NO_TOML = {
    "half a line": "format = ",
    "twice": "a = 1\na = 2",
    "two tables": "[campaign]\n[campaign]",
    "a table over a value": "a = 1\n[a]",
    "a bare word": "format = one",
    "a control character": 'a = "\x00"',
    "nested too deep": "a = " + "[" * 100_000,
    "nested in a table": "a = " + "{a = " * 20_000,
    "an integer too long": "a = " + "9" * 5000,
    "a lone surrogate": 'a = "\\ud800"',
}


@pytest.mark.parametrize("what", NO_TOML)
def test_no_toml(what: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        parse_definition(NO_TOML[what])
    (fault,) = refused.value.faults
    assert fault.path == ""
    assert fault.message.startswith("no TOML")


def test_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes('title = "测评"'.encode("gbk"))
    with pytest.raises(InvalidDefinition, match=r"gbk\.toml is not UTF-8"):
        read_definition_file(tmp_path / "gbk.toml")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot read"):
        read_definition_file(tmp_path / "none.toml")
    with pytest.raises(BadFile, match="cannot read"):
        read_definition_file(tmp_path)


def test_a_file_too_large(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    with path.open("wb") as out:
        out.truncate(MAX_FILE + 1)
    with pytest.raises(BadFile, match="too large"):
        read_definition_file(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    with contextlib.suppress(InvalidDefinition):
        assert isinstance(parse_definition(text), dict)


def assert_comes_back(data: dict[str, Any]) -> None:
    read = parse_definition(write_toml(data))
    assert read == data
    assert digest(read) == digest(data)


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_samples_come_back_as_they_were(name: str) -> None:
    assert_comes_back(example(name))


def test_a_stored_definition_is_written_in_the_order_of_the_form() -> None:
    """The database keeps canonical JSON, whose keys are sorted."""
    import json

    stored = json.loads(canonical_json(example("town-annual")), parse_float=Decimal)
    written = write_toml(stored)
    assert written == write_toml(example("town-annual"))
    heads = [line for line in written.splitlines() if line.startswith("[")]
    assert heads[:3] == ["[campaign]", "[[groups]]", "[[groups]]"]
    assert heads[-2:] == ["[rules]", "[results]"]
    assert written.startswith('format = 1\n\n[campaign]\ncode = "town-annual"\ntitle = ')
    assert '  { key = "good", label = "好", points = 100 },\n' in written
    assert '\nrounding = { mode = "half-up", places = 2 }\n' in written


CLASSES = [known.of for _path, known in every_key(TABLES) if known.of is not None]


@pytest.mark.parametrize("table", CLASSES, ids=lambda table: table.__name__)
def test_every_key_of_a_table_has_its_place(table: type) -> None:
    order = written_order(table)
    assert len(order) == len(set(order))
    assert set(order) == set(entries_of(table))
    assert set(_FIRST.get(table, ())) <= set(order)


def _shuffled(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        items = list(value.items())
        rng.shuffle(items)
        return {key: _shuffled(inner, rng) for key, inner in items}
    return [_shuffled(inner, rng) for inner in value] if isinstance(value, list) else value


def _assert_in_order(value: Any, table: type) -> None:
    for row in value if isinstance(value, list) else [value]:
        assert list(row) == [key for key in written_order(table) if key in row]
        for key, inner in row.items():
            of = entries_of(table)[key].of
            if of is not None:
                _assert_in_order(inner, of)


@pytest.mark.parametrize("seed", range(3))
def test_every_table_is_written_in_its_order(seed: int) -> None:
    read = tomllib.loads(write_toml(_shuffled(pooled(), random.Random(seed))))
    assert list(read) == ["format", *TABLES]
    for key, known in TABLES.items():
        assert known.of is not None
        _assert_in_order(read[key], known.of)


def test_an_invented_rule_is_written_before_what_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    data = changed("results.moons", 7, changed("results.colour", "red"))
    assert write_toml(data).count('\ncolour = "red"\nmoons = 7\n\n[paper]\n') == 1
    known = TABLES["results"]
    invented = replace(known, entry=replace(known.entry, of=InventedRules))  # type: ignore[call-arg]
    monkeypatch.setitem(TABLES, "results", invented)
    assert '\nmoons = 7\ncolour = "red"\n\n[paper]\n' in write_toml(data)


VALUES = {
    "quotes and backslashes": 'a "b" \'c\' \\ """',
    "control characters": "".join(map(chr, range(32))) + "\x7f\x80\u2028\ufeff",
    "lines": 'one\n"""two"""\r\n\\three  \n',
    "a line first": "\n\nb",
    "rare characters": "䶮𬭩㛃\ue000😀",
    "a decimal with zeros": Decimal("85.500"),
    "exponents": [Decimal("1E+2"), Decimal("1E-9"), Decimal("0E-7"), Decimal("-0.0")],
    "infinite": [Decimal("Infinity"), Decimal("-Infinity")],
    "many digits": Decimal("33.333333333333333333333333333333333333333"),
    "a large integer": 10**60,
    "with offset": datetime(2026, 11, 22, 9, 0, 0, 120, timezone(timedelta(hours=8))),
    "utc": datetime(2026, 11, 22, 9, tzinfo=UTC),
    "local": [datetime(2026, 11, 22, 9), date(2026, 1, 2), time(9, 30)],
    "empty": [[], {}, ""],
    "mixed": [1, "a", {"b": [{"c": True}]}, [[]]],
    "an empty list of tables' name": {"": {"": []}, "a.b": {"中": {"x y": '"'}}},
}


@pytest.mark.parametrize("what", VALUES)
def test_a_value_comes_back(what: str) -> None:
    value = VALUES[what]
    data = {
        "a": value,
        "t": {"a": value, "deeper": {"a": value}},
        "l": [{"a": value}, {}, {"b": [{"a": value}]}],
    }
    assert parse_definition(write_toml(data)) == data


@pytest.mark.parametrize("value", [None, 0.5, object()])
def test_what_no_definition_holds(value: object) -> None:
    with pytest.raises(TypeError, match="no definition holds a"):
        write_toml({"a": [value]})


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_NUMBERS = st.integers(-(10**30), 10**30) | st.decimals(allow_nan=False, allow_infinity=False)
_MOMENTS = st.datetimes(
    timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
)
_VALUES = st.recursive(
    _TEXTS | _NUMBERS | st.booleans() | _MOMENTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_TEXTS, _VALUES, max_size=5))
def test_any_document_comes_back(data: dict[str, Any]) -> None:
    assert_comes_back(data)
