"""Definition files: TOML in, plain values out, numbers exactly as written; and back to TOML."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from survey.domain.definition.campaign import TABLES
from survey.domain.definition.form import Question, Ratee, Section
from survey.domain.definition.scale import Rate
from survey.domain.definition.schema import entries_of, keys_of
from survey.domain.errors import BadFile, Fault, Flaw, InvalidDefinition

MAX_FILE = 8 * 1024 * 1024

SchemaTable = type | None
"""The class that a table of a definition fills, ``None`` for one that the schema does not know."""

_WIDTH = 100
_KEY_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
# The parser's time grows with the square of a key's parts; a definition's keys have two.
_LONG_KEY = re.compile(rf"(?<![\w.-])(?:{_KEY_PART}[ \t]*+\.[ \t]*+){{32}}")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}

# Stored definitions have their keys sorted; people read them as the schema has them, short keys first.
_FIRST: Mapping[type, tuple[str, ...]] = {
    Rate: ("key", "scale"),
    Section: ("key", "title", "scale", "form", "unticked", "write_in", "comment"),
    Ratee: ("key", "section", "name", "post", "unit"),
    Question: ("key", "label", "kind", "at_most", "base", "breakdown"),
}


def written_order(table: type) -> tuple[str, ...]:
    """List the keys of a table of a definition in the order in which they are written."""
    return keys_of(table, _FIRST.get(table, ()))


def read_definition_file(path: Path) -> dict[str, Any]:
    """Parse a definition file.

    Raises ``BadFile`` where it cannot be read, ``InvalidDefinition`` where it is no TOML.
    """
    try:
        # A device or a pipe has no size before it was read, and some have no end.
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
        if len(content) > MAX_FILE:
            raise BadFile(f"{path} is too large for a definition")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidDefinition([Fault("", f"{path.name} is not UTF-8", Flaw.NO_TOML)]) from error
    return parse_definition(text)


def parse_definition(text: str) -> dict[str, Any]:
    """Parse a definition's TOML; raises ``InvalidDefinition`` where it is none."""
    if _LONG_KEY.search(text):
        raise InvalidDefinition([Fault("", "no TOML: a key has too many parts", Flaw.NO_TOML)])
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, InvalidOperation, RecursionError, ValueError) as error:
        raise InvalidDefinition([Fault("", f"no TOML: {error}", Flaw.NO_TOML)]) from error


def write_toml(data: Mapping[str, Any]) -> str:
    """Write a definition as TOML; read back it is equal, number for number, and has the same digest.

    Raises ``TypeError`` for a value that no definition file holds.
    """
    # A new draft has empty lists here, which have always stood in this order.
    order = _ordered(data, ("groups",))
    plain = {key: data[key] for key in order if not _is_table(data[key]) and not _are_tables(data[key])}
    parts = ["\n".join(_lines(plain, None))] if plain else []
    for key in _ordered(data, TABLES):
        value = data[key]
        table = TABLES[key].of if key in TABLES else None
        if _is_table(value):
            parts.append("\n".join([f"[{_key(key)}]", *_lines(value, table)]))
        elif _are_tables(value):
            parts += ["\n".join([f"[[{_key(key)}]]", *_lines(item, table)]) for item in value]
    return "\n\n".join(parts) + "\n"


def _lines(data: Mapping[str, Any], table: SchemaTable) -> Iterator[str]:
    for key in _ordered(data, written_order(table) if table else ()):
        value, inner = data[key], _inner(table, key)
        if isinstance(value, str) and "\n" in value:
            lines = _escaped(value, kept="\n")
            yield f'{_key(key)} = """\n{lines}"""'
        elif _are_tables(value) or (isinstance(value, list) and len(_inline(value, inner)) > _WIDTH):
            yield f"{_key(key)} = ["
            yield from (f"  {_inline(item, inner)}," for item in value)
            yield "]"
        else:
            yield f"{_key(key)} = {_inline(value, inner)}"


def _ordered(data: Mapping[str, Any], order: Iterable[str]) -> list[str]:
    places = {key: place for place, key in enumerate(order)}
    return sorted(data, key=lambda key: places.get(key, len(places)))


def _inner(table: SchemaTable, key: str) -> SchemaTable:
    """Return the table that stands at a key of a table, ``None`` where the schema has none there."""
    known = entries_of(table).get(key) if table else None
    return known.of if known else None


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_table, value))


def _inline(value: Any, table: SchemaTable) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_escaped(value)}"'
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(item, table) for item in value) + "]"
    if isinstance(value, Mapping):
        order = _ordered(value, written_order(table) if table else ())
        pairs = [f"{_key(key)} = {_inline(value[key], _inner(table, key))}" for key in order]
        return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
    raise TypeError(f"no definition holds a {type(value).__name__}")


def _decimal(value: Decimal) -> str:
    return str(value) if value.is_finite() else str(value).lower().replace("infinity", "inf")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else f'"{_escaped(key)}"'


def _escaped(text: str, kept: str = "") -> str:
    def escape(found: re.Match[str]) -> str:
        sign = found[0]
        return sign if sign in kept else _SHORT.get(sign, f"\\u{ord(sign):04x}")

    return _ESCAPED.sub(escape, text)
