"""A guess at what stands where in an office's roster, and which form each value of a column means."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .cells import Book, CellSheet
from .heads import column_of, find_heads, fit_of, heads_at, tells_kind
from .mapping import RosterMapping, filled_down, is_template, person_rows, readable_sheets
from .rows import GIVEN_KEY, GROUPS, SECTION, names_in, plain

MAX_VALUES = 40
"""How many values of a column are asked about."""

_TEAM, _MEMBER = "班子", ("成员", "干部", "个人", "正职", "副职")


@dataclass(frozen=True)
class ColumnValue:
    """A value that stands in a column, in its plain form and as written, and in how many lines."""

    plain: str
    written: str
    lines: int


def guess_mapping(book: Book, sections: Mapping[str, str], groups: Mapping[str, str]) -> RosterMapping | None:
    """Guess what stands where in the first sheet with heads; ``None`` where no sheet could be a roster."""
    places = readable_sheets(book)
    place = next((place for place in places if find_heads(book.sheets[place])), None)
    if place is None:
        place = next((place for place in places if _is_table(book.sheets[place])), None)
    return None if place is None else mapping_of(book, place, None, sections, groups)


def mapping_of(
    book: Book,
    place: int,
    rows: tuple[int, int] | None,
    sections: Mapping[str, str],
    groups: Mapping[str, str],
) -> RosterMapping:
    """Guess what stands where in one sheet, whose heads are in the rows given, or are looked for."""
    sheet = book.sheets[place]
    heads = (heads_at(sheet, *rows) if rows else find_heads(sheet)) or heads_at(sheet, 0, 0)
    columns = {column: head for column, text in heads.texts.items() if (head := column_of(text))}
    best: dict[str, int] = {}
    for column, head in columns.items():
        best.setdefault(head, column)
        if fit_of(heads.texts[column]) < fit_of(heads.texts[best[head]]):
            best[head] = column
    mapping = RosterMapping(
        place,
        heads,
        {column: head for column, head in columns.items() if best[head] == column},
        next(iter(sections)) if len(sections) == 1 else "",
    )
    if is_template(mapping, sections):
        return mapping
    if _counts_up(sheet, mapping):
        mapping = replace(mapping, columns=_without(mapping.columns, GIVEN_KEY))
    if len(sections) > 1 and not mapping.place_of(SECTION):
        mapping = _by_kind(sheet, mapping, sections)
    return with_values_guessed(book, mapping, sections, groups)


def with_values_guessed(
    book: Book, mapping: RosterMapping, sections: Mapping[str, str], groups: Mapping[str, str]
) -> RosterMapping:
    """Add a guess for each value that names no form or rater group by itself, where none was chosen."""
    forms = {
        value.plain: guess_section(value.written, sections)
        for value in unknown_values(book, mapping, SECTION, sections)
    }
    known = _names(groups)
    votes = {
        value.plain: tuple(known[name] for name in names_in(value.written, known) if name in known)
        for value in unknown_values(book, mapping, GROUPS, groups)
    }
    return replace(
        mapping,
        sections_by_value=forms | dict(mapping.sections_by_value),
        groups_by_value=votes | dict(mapping.groups_by_value),
    )


def unknown_values(
    book: Book, mapping: RosterMapping, column: str, labels: Mapping[str, str]
) -> list[ColumnValue]:
    """Return the values of the column for forms or rater groups that are no names of them, as they come.

    None where there are too many to be asked about, or where an empty cell says all that it need.
    """
    place = mapping.place_of(column)
    if not place:
        return []
    names = _names(labels)
    values = _values(book.sheets[mapping.sheet], mapping, place)
    if column == SECTION:
        unknown = [value for value in values if plain(value.written) not in names]
        if len(labels) == 1:
            unknown = [value for value in unknown if value.plain]
    else:
        unknown = [value for value in values if not set(names_in(value.written, names)) <= names.keys()]
    return unknown if len(unknown) <= MAX_VALUES else []


def guess_section(value: str, sections: Mapping[str, str]) -> str:
    """Return the form that a value seems to mean, empty where that is not clear."""
    said = plain(value)
    titles = {key: plain(title) for key, title in sections.items()}
    for fits in (
        [key for key, title in titles.items() if said and (said in title or title in said)],
        [key for key, title in titles.items() if said and _says_who(said) and _is_like(said, title)],
    ):
        if len(fits) == 1:
            return fits[0]
    return ""


def _is_table(sheet: CellSheet) -> bool:
    return len({column for cells in sheet.rows.values() for column in cells}) > 1


def _by_kind(sheet: CellSheet, mapping: RosterMapping, sections: Mapping[str, str]) -> RosterMapping:
    """Read a column of kinds as that of the forms where each of its values seems to mean one."""
    for column, text in mapping.heads.texts.items():
        if column in mapping.columns or not tells_kind(text):
            continue
        values = _values(sheet, mapping, column)
        if values and all(guess_section(value.written, sections) for value in values):
            return replace(mapping, columns={**mapping.columns, column: SECTION})
    return mapping


def _counts_up(sheet: CellSheet, mapping: RosterMapping) -> bool:
    """Return whether the column of keys only counts the lines, as 序号 does."""
    place = mapping.place_of(GIVEN_KEY)
    values = [value.written for value in _values(sheet, mapping, place)] if place else []
    return bool(values) and values == [str(number) for number in range(1, len(values) + 1)]


def _values(sheet: CellSheet, mapping: RosterMapping, column: int) -> list[ColumnValue]:
    found: Counter[str] = Counter()
    written: dict[str, str] = {}
    filled = filled_down(sheet, {column})
    for row in person_rows(sheet, mapping):
        cell = sheet.rows[row].get(column)
        text = filled.get((row, column), cell.text if cell else "")
        found[plain(text)] += 1
        written.setdefault(plain(text), text)
    return [ColumnValue(value, written[value], lines) for value, lines in found.items()]


def _names(labels: Mapping[str, str]) -> dict[str, str]:
    """Map names of forms or rater groups, in plain form, to their keys."""
    found: dict[str, str] = {}
    for key, label in labels.items():
        found[plain(label)] = key
    return found | {plain(key): key for key in labels}


def _is_like(said: str, title: str) -> bool:
    return _says_who(title) and _is_team(said) == _is_team(title)


def _is_team(text: str) -> bool:
    return _TEAM in text and not any(word in text for word in _MEMBER)


def _says_who(text: str) -> bool:
    return _TEAM in text or any(word in text for word in _MEMBER)


def _without(columns: Mapping[int, str], head: str) -> dict[int, str]:
    return {column: found for column, found in columns.items() if found != head}
