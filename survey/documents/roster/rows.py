"""One row of a roster: from cells as found to a person with a form, or to faults."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from survey.domain.definition.names import break_lines, clean, seen, without_joiners
from survey.domain.definition.validation import KEY

from .cells import Cell, CellKind, RosterFault, RosterFaultKind

NAME, POST, UNIT, SECTION, GROUPS, STATEMENT, GIVEN_KEY = (
    "姓名",
    "职务",
    "单位",
    "测评表",
    "票种",
    "述职报告",
    "编号",
)
COLUMNS = (NAME, POST, UNIT, SECTION, GROUPS, STATEMENT, GIVEN_KEY)
MAX_LENGTH = {NAME: 60, POST: 120, UNIT: 120, SECTION: 200, GROUPS: 1000, STATEMENT: 5000, GIVEN_KEY: 40}
EXAMPLE_NAME = "示例：张三"
"""A row with this name is the template's example, and no person."""

SHOWN = 60
"""How many characters of a value are quoted in a fault."""

_GAPS = re.compile(r"\s+")
_HAN = r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003347f]"
_GAP_IN_NAME = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_WORD = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003347f]"
_POST_ENDS = re.compile(rf"{_WORD}(?:{_WORD}|[)）])$")
_POST_BEGINS = re.compile(rf"{_WORD}{_WORD}")
_PARTED = re.compile(r"[、，,；;/]$")
_FULL_WIDTH = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_LOST = re.compile(r"[?？\ufffd]")
# Ideographs that were given their place after Unicode 14, which is what Python 3.11 knows.
_NEWER = ((0x2EBF0, 0x2EE5D), (0x31350, 0x33479))
_SEPARATORS = ",、;/|"
_KINDS = {
    CellKind.DATE: RosterFaultKind.DATE,
    CellKind.ERROR: RosterFaultKind.ERROR_VALUE,
    CellKind.TRUTH: RosterFaultKind.TRUTH,
}
_MAY_BE_NUMBERS = (SECTION, GROUPS, GIVEN_KEY)


@dataclass(frozen=True)
class RosterRow:
    """A person, team or service as the roster names it; ``groups`` empty leaves them to the form."""

    row: int
    key: str
    section: str
    name: str
    post: str
    unit: str
    statement: str
    groups: tuple[str, ...]


@dataclass
class _Line:
    """A row while it is read; of a column in ``settled`` nothing more is said."""

    sheet: str
    row: int
    cells: Mapping[str, Cell]
    places: Mapping[str, str]
    settled: set[str]
    values: dict[str, str] = field(default_factory=dict)

    def fault(self, kind: RosterFaultKind, head: str, **params: str | int) -> RosterFault:
        """Make a fault at a column, which is settled by it."""
        self.settled.add(head)
        cell = self.cells.get(head, Cell(""))
        value = _short(cell.formula or cell.text)
        return RosterFault(kind, self.sheet, self.row, self.places.get(head, ""), head, value, params)


class RowReader:
    """Read rows in order; one with faults is read too, since any fault spoils the whole."""

    def __init__(self, sections: Mapping[str, str], groups: Mapping[str, str]) -> None:
        self.sections = sections
        self.groups = groups
        self.rows: list[RosterRow] = []
        self._keys: dict[str, int] = {}
        self._persons: dict[tuple[str, ...], tuple[int, str]] = {}
        self._names_of_sections = _by_name(sections)
        self._names_of_groups = _by_name(groups)

    def read(
        self,
        sheet: str,
        row: int,
        cells: Mapping[str, Cell],
        places: Mapping[str, str],
        covered: Iterable[str],
    ) -> Iterator[RosterFault]:
        """Read one row; ``covered`` are the columns whose faults are reported elsewhere."""
        line = _Line(sheet, row, cells, places, set(covered))
        for head in COLUMNS:
            cell = cells.get(head, Cell(""))
            line.values[head] = _clean(head, cell.text)
            for kind, params in _cell_faults(head, cell, line.values[head]):
                yield line.fault(kind, head, **params)
        if not line.values[NAME] and NAME not in line.settled:
            yield line.fault(RosterFaultKind.MISSING, NAME)
        section: list[str] = []
        groups: list[str] = []
        yield from self._section(line, section)
        yield from self._groups(line, groups)
        yield from self._key(line)
        yield from self._person(line, section)
        values = line.values
        self.rows.append(
            RosterRow(
                row=row,
                key=values[GIVEN_KEY],
                section="".join(section),
                name=values[NAME],
                post=values[POST],
                unit=values[UNIT],
                statement=values[STATEMENT],
                groups=tuple(key for key in self.groups if key in groups),
            )
        )

    def _section(self, line: _Line, found: list[str]) -> Iterator[RosterFault]:
        value = line.values[SECTION]
        if SECTION in line.settled:
            return
        keys = [value] if value in self.sections else self._names_of_sections.get(plain(value), [])
        if not value and len(self.sections) == 1:
            keys = list(self.sections)
        if len(keys) == 1:
            found += keys
        elif not value:
            yield line.fault(RosterFaultKind.MISSING, SECTION)
        else:
            kind = RosterFaultKind.UNCLEAR_SECTION if keys else RosterFaultKind.UNKNOWN_SECTION
            yield line.fault(kind, SECTION, known="、".join(self.sections.values()))

    def _groups(self, line: _Line, found: list[str]) -> Iterator[RosterFault]:
        if GROUPS in line.settled:
            return
        for name in names_in(line.values[GROUPS], self._names_of_groups):
            keys = self._names_of_groups.get(plain(name), [])
            if len(keys) == 1 and keys[0] not in found:
                found += keys
                continue
            kind = RosterFaultKind.UNCLEAR_GROUP if len(keys) > 1 else RosterFaultKind.UNKNOWN_GROUP
            if len(keys) == 1:
                kind = RosterFaultKind.DOUBLE_GROUP
            yield line.fault(kind, GROUPS, name=name, known="、".join(self.groups.values()))

    def _key(self, line: _Line) -> Iterator[RosterFault]:
        key = line.values[GIVEN_KEY]
        if not key or GIVEN_KEY in line.settled:
            return
        if not KEY.fullmatch(key) or key == "q":
            yield line.fault(RosterFaultKind.BAD_KEY, GIVEN_KEY)
        elif (first := self._keys.setdefault(key, line.row)) != line.row:
            yield line.fault(RosterFaultKind.DOUBLE_KEY, GIVEN_KEY, first=first)

    def _person(self, line: _Line, section: list[str]) -> Iterator[RosterFault]:
        if line.settled & {NAME, POST, SECTION}:
            return
        name = line.values[NAME]
        first, known = self._persons.setdefault(person(name, line.values[POST], *section), (line.row, name))
        if first == line.row:
            return
        if plain(known) == plain(name):
            yield line.fault(RosterFaultKind.DOUBLE_ROW, NAME, first=first)
        else:
            yield line.fault(RosterFaultKind.NEAR_DOUBLE, NAME, first=first, name=name, known=known)


def plain(text: str) -> str:
    """Return what is compared of a text: full-width and half-width alike, without spaces, in lower case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", clean(text))
    return _GAPS.sub("", text).casefold()


def person(name: str, post: str, *section: str) -> tuple[str, ...]:
    """Return what is the same in two rows, or in a row and a ratee, of one person in any spelling."""
    return seen(name), seen(post), *section


def _by_name(labels: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, label in labels.items():
        for name in {plain(key), plain(label)}:
            found.setdefault(name, []).append(key)
    return found


def names_in(value: str, names: Collection[str]) -> Iterator[str]:
    """Take a list of names apart; a known name is taken whole, for labels hold separators too."""
    rest = plain(re.sub(r"\n+", ",", unicodedata.normalize("NFKC", value)))
    longest_first = sorted(names, key=len, reverse=True)
    while rest := rest.lstrip(_SEPARATORS):
        fits = (name for name in longest_first if name and _opens(rest, name))
        name = next(fits, None) or re.split(f"[{_SEPARATORS}]", rest)[0]
        yield name
        rest = rest[len(name) :]


def _opens(rest: str, name: str) -> bool:
    return rest.startswith(name) and rest[len(name) : len(name) + 1] in ("", *_SEPARATORS)


def _clean(head: str, text: str) -> str:
    """Bring a text into the form in which it is kept; rare characters stay as they are."""
    text = clean(break_lines(text))
    if head == STATEMENT:
        return text.strip()
    if head == GIVEN_KEY:
        return _GAPS.sub("", unicodedata.normalize("NFKC", text))
    if head == GROUPS:
        return text.strip()
    if head == POST:
        text = _posts(text)
    joined = _GAP_IN_NAME.sub("", text) if head == NAME else text
    return _GAPS.sub(" ", joined).strip()


def _posts(text: str) -> str:
    """Join the lines of a post: several posts with 、, a line that was only too long with a space."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = lines[:1]
    for before, after in pairwise(lines):
        if _PARTED.search(before):
            joined.append(after)
        else:
            joined += ["、" if _POST_ENDS.search(before) and _POST_BEGINS.match(after) else " ", after]
    return "".join(joined)


def _cell_faults(head: str, cell: Cell, value: str) -> Iterator[tuple[RosterFaultKind, dict[str, str | int]]]:
    if cell.kind is CellKind.FORMULA:
        yield RosterFaultKind.FORMULA, {"cached": _short(cell.text)}
    elif cell.kind in _KINDS:
        yield _KINDS[cell.kind], {}
    elif head not in _MAY_BE_NUMBERS and _is_number(cell, value):
        yield RosterFaultKind.NUMBER, {}
    elif len(value) > MAX_LENGTH[head]:
        yield RosterFaultKind.TOO_LONG, {"length": len(value), "most": MAX_LENGTH[head]}
    elif sign := next((sign for sign in without_joiners(value) if _is_control(sign)), None):
        yield RosterFaultKind.CONTROL, {"code": _code(sign)}
    elif sign := next((sign for sign in value if _is_private(sign)), None):
        yield RosterFaultKind.PRIVATE_CHARACTER, {"code": _code(sign)}
    elif head in (NAME, POST, UNIT) and (
        found := (_LOST if head == NAME else re.compile("\ufffd")).search(value)
    ):
        yield RosterFaultKind.LOST_CHARACTER, {"code": _code(found[0])}
    elif head in (NAME, POST, UNIT) and (found := _FULL_WIDTH.search(value)):
        yield (
            RosterFaultKind.FULL_WIDTH,
            {"found": found[0], "plain": unicodedata.normalize("NFKC", found[0])},
        )


def _is_number(cell: Cell, value: str) -> bool:
    return cell.kind is CellKind.NUMBER or (
        bool(value) and not any(unicodedata.category(sign)[0] in "LC" for sign in value)
    )


def _is_control(sign: str) -> bool:
    if sign in "\n\t":
        return False
    return unicodedata.category(sign) in ("Cc", "Cs", "Cf", "Zl", "Zp") or sign in "\ufffe\uffff"


def _is_private(sign: str) -> bool:
    if any(first <= ord(sign) <= last for first, last in _NEWER):
        return False
    return unicodedata.category(sign) in ("Co", "Cn")


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X}"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
