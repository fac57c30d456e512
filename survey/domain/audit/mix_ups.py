"""Corrections that are none: after which one ratee or form would be taken for another."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from survey.domain.definition.names import seen
from survey.domain.errors import BadCorrection

from .corrections import OF_ROWS, Document, WordingChange


def require_nobody_else(documents: Sequence[Document], changes: Sequence[WordingChange]) -> None:
    """Refuse with ``BadCorrection`` what would make a ratee or a form be taken for another one.

    Answers given to one would else be read as given to the other. ``documents`` are all wordings that voters
    may have seen, and the one that is to come. Refused are a name or a form's title that another one has or
    had, in any spelling, and among ratees of one name another one's post and unit.
    """
    called: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for document in documents:
        for table, key, told in _identities(document):
            called[table, told[0]].add(key)
            called[table, *told].add(key)
    now = {(table, key): told for table, key, told in _identities(documents[-1])}
    for change in changes:
        if change.table not in OF_ROWS:
            continue
        told = now[change.table, change.row]
        if change.key == OF_ROWS[change.table][0]:
            told = told[:1]
        if called[change.table, *told] - {change.row}:
            raise BadCorrection(
                "another", f'"{change.after}" is, or was, what another one is called', change.path
            )


def _identities(document: Document) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Return table and key of each row, and by what voters tell it from others, as that is compared."""
    for table, parts in OF_ROWS.items():
        for row in document.get(table, []):
            yield table, row["key"], tuple(seen(str(row.get(part, ""))) for part in parts)
