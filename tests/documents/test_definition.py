"""Definition files: TOML in, values exactly as written out."""

import contextlib
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.documents.definition import LARGEST_FILE, parse_definition, read_definition_file
from survey.domain.errors import BadFile, InvalidDefinition
from tests.builders import EXAMPLES


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
        out.truncate(LARGEST_FILE + 1)
    with pytest.raises(BadFile, match="too large"):
        read_definition_file(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    with contextlib.suppress(InvalidDefinition):
        assert isinstance(parse_definition(text), dict)
