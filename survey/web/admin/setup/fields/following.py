"""References that follow: where a key is changed or its row taken away, the rest of the document is told."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey.domain.definition.campaign import TABLES
from survey.domain.definition.schema import every_key
from survey.domain.definition.schema_entries import NamesEntry

from .parts import EXCEPT, Holder
from .tables import renamed

_NAMING_GROUPS = tuple(
    path.split(".")
    for path, known in every_key(TABLES)
    if isinstance(known.entry, NamesEntry) and known.entry.of == "groups"
)
"""The lists whose rows name rater groups, each with the key at which they do."""


def follow(before: Holder, working: Holder) -> None:
    """Change the references in a form's document to groups, pools and grades that it renamed or took away."""
    names = renamed(_rows(before, "groups"), _rows(working, "groups"))
    for *tables, key in _NAMING_GROUPS:
        for row in _rows_at(working, tables):
            _follow_list(row, key, names)
            if key == EXCEPT and row.get(key) == []:
                # Nobody is left who may not: said by leaving it out, as an empty list would be a fault.
                del row[key]
    pools = renamed(_rows(before, "pools"), _rows(working, "pools"))
    for group in _rows(working, "groups"):
        _follow_word(group, "pool", pools)
    for scale in _rows(before, "scales"):
        after = next((row for row in _rows(working, "scales") if row.get("key") == scale.get("key")), None)
        if after is not None:
            names = renamed(_rows(scale, "grades"), _rows(after, "grades"))
            for rate in _rows(working, "rates"):
                if rate.get("scale") == scale.get("key"):
                    _follow_list(rate, "grades", names)


def _follow_list(row: Holder, key: str, names: Mapping[str, str]) -> None:
    words = row.get(key)
    if isinstance(words, list) and any(names.get(word, word) != word for word in words if _is_word(word)):
        row[key] = [
            now for now in (names.get(word, word) if _is_word(word) else word for word in words) if now
        ]


def _follow_word(row: Holder, key: str, names: Mapping[str, str]) -> None:
    word = row.get(key)
    if isinstance(word, str) and names.get(word, word) != word:
        if names[word]:
            row[key] = names[word]
        else:
            del row[key]


def _is_word(value: Any) -> bool:
    return isinstance(value, str)


def _rows_at(document: Holder, tables: Sequence[str]) -> list[Holder]:
    """List the rows of a list of tables, which may lie within the rows of others."""
    found = [document]
    for table in tables:
        found = [row for one in found for row in _rows(one, table)]
    return found


def _rows(document: Mapping[str, Any], key: str) -> list[Holder]:
    found = document.get(key)
    return list(_tables(found)) if isinstance(found, list) else []


def _tables(rows: list[Any]) -> Iterator[Holder]:
    return (row for row in rows if isinstance(row, dict))
