"""The page that asks what stands where in an office's roster: what it shows, and what was chosen on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from werkzeug.datastructures import MultiDict

from survey.documents.roster.cells import Book, letters
from survey.documents.roster.guessing import ColumnValue, mapping_of, unknown_values, with_values_guessed
from survey.documents.roster.heads import MAX_HEAD_ROWS
from survey.documents.roster.mapping import LEFT_OUT, RosterMapping, person_rows, readable_sheets
from survey.documents.roster.rows import COLUMNS, GROUPS, SECTION

Labels = Mapping[str, str]

MAX_EXAMPLES = 3
_EXAMPLE_LENGTH = 24
_LAST_ROW = 9_999


@dataclass(frozen=True)
class ColumnQuestion:
    """A column of the file, to be told what it is: what stands over it and in it, and what is chosen."""

    number: int
    letter: str
    head: str
    examples: Sequence[str]
    chosen: str


@dataclass(frozen=True)
class ValueQuestion:
    """A value that names no form or rater group by itself: the name of its field, and what is chosen."""

    field: str
    value: ColumnValue
    chosen: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Return whether nothing was chosen yet."""
        return not any(self.chosen)


@dataclass(frozen=True)
class RosterColumns:
    """All that the page asks of one roster."""

    book: Book
    mapping: RosterMapping
    columns: Sequence[ColumnQuestion]
    forms: Sequence[ValueQuestion]
    votes: Sequence[ValueQuestion]
    sheets: Sequence[tuple[int, str]]


def questions(book: Book, mapping: RosterMapping, sections: Labels, groups: Labels) -> RosterColumns:
    """Return what is asked of a roster, with what was guessed or chosen."""
    forms = [
        ValueQuestion(_field("form", value), value, (mapping.sections_by_value.get(value.plain, ""),))
        for value in unknown_values(book, mapping, SECTION, sections)
    ]
    votes = [
        ValueQuestion(_field("groups", value), value, mapping.groups_by_value.get(value.plain, ()))
        for value in unknown_values(book, mapping, GROUPS, groups)
    ]
    sheets = [(place, book.sheets[place].name) for place in readable_sheets(book)]
    return RosterColumns(book, mapping, _columns(book, mapping), forms, votes, sheets)


def is_elsewhere(form: MultiDict[str, str], mapping: RosterMapping) -> bool:
    """Return whether another sheet was chosen, or other rows as its heads, than those that were shown."""
    return _place(form, mapping) != (mapping.sheet, (mapping.heads.first, mapping.heads.last))


def elsewhere(
    form: MultiDict[str, str], book: Book, mapping: RosterMapping, sections: Labels, groups: Labels
) -> RosterMapping:
    """Guess anew what stands where in the sheet that was chosen, or below the rows that were."""
    sheet, rows = _place(form, mapping)
    if sheet not in readable_sheets(book):
        return mapping
    return mapping_of(book, sheet, rows if sheet == mapping.sheet else None, sections, groups)


def chosen_mapping(
    form: MultiDict[str, str], book: Book, mapping: RosterMapping, sections: Labels, groups: Labels
) -> tuple[RosterMapping, bool]:
    """Return what was chosen, and whether all values that name no form by themselves were chosen one for.

    A value that was not asked about yet, since another column was chosen, gets a guess, and is to be asked.
    """
    columns = {
        number: head for number in mapping.heads.texts if (head := form.get(f"column.{number}")) in COLUMNS
    }
    section = form.get("section", "")
    made = replace(
        mapping,
        columns=columns,
        section=section if section in sections else next(iter(sections)) if len(sections) == 1 else "",
        groups=_known(form.getlist("groups"), groups),
        sections_by_value={},
        groups_by_value={},
        taken=taken_lines(form),
    )
    asked = questions(book, made, sections, groups)
    forms = {
        question.value.plain: chosen if (chosen := form[question.field]) in (*sections, LEFT_OUT) else ""
        for question in asked.forms
        if question.field in form
    }
    votes = {
        question.value.plain: _known(form.getlist(question.field), groups)
        for question in asked.votes
        if f"{question.field}.asked" in form
    }
    whole = len(forms) == len(asked.forms) and len(votes) == len(asked.votes) and all(forms.values())
    made = replace(made, sections_by_value=forms, groups_by_value=votes)
    return with_values_guessed(book, made, sections, groups), whole


def taken_lines(form: MultiDict[str, str]) -> frozenset[int]:
    """Return the rows that were chosen though they look like nobody's."""
    return frozenset(number for word in form.getlist("line") if (number := _number(word)) is not None)


def _columns(book: Book, mapping: RosterMapping) -> list[ColumnQuestion]:
    sheet = book.sheets[mapping.sheet]
    rows = person_rows(sheet, mapping)
    found = []
    for number, head in mapping.heads.texts.items():
        examples: dict[str, None] = {}
        for row in rows:
            cell = sheet.rows[row].get(number)
            if cell and (text := " ".join((cell.text or cell.formula).split())):
                examples.setdefault(text if len(text) <= _EXAMPLE_LENGTH else f"{text[:_EXAMPLE_LENGTH]}…")
            if len(examples) == MAX_EXAMPLES:
                break
        chosen = mapping.columns.get(number, "")
        found.append(ColumnQuestion(number, letters(number), head, list(examples), chosen))
    return found


def _place(form: MultiDict[str, str], mapping: RosterMapping) -> tuple[int, tuple[int, int]]:
    heads = mapping.heads
    sheet = _number(form.get("sheet", ""))
    first = _number(form.get("head", ""))
    rows = _number(form.get("head_rows", ""))
    if first is None or rows is None:
        return mapping.sheet if sheet is None else sheet, (heads.first, heads.last)
    last = first + min(max(rows, 1), MAX_HEAD_ROWS) - 1 if first else 0
    return mapping.sheet if sheet is None else sheet, (first, last)


def _number(word: str) -> int | None:
    return min(int(word), _LAST_ROW) if word.strip().isdecimal() and len(word) < 10 else None


def _known(keys: Sequence[str], labels: Labels) -> tuple[str, ...]:
    return tuple(key for key in labels if key in keys)


def _field(kind: str, value: ColumnValue) -> str:
    """Return the name of a value's field: the same whatever other values there are."""
    return f"{kind}.{sha256(value.plain.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
