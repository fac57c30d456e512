"""Names that are written on one ballot beside a list to tick: which of them can count."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import Ratee, Section
from survey.domain.definition.names import clean, is_clear, seen
from survey.domain.errors import FieldFault

MAX_NAME_LENGTH = 40
"""Name, unit and post of somebody who is not on a list to tick."""
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Co"})

# One ideograph before a space is a name set wide (张 三), and a given name in letters is shared by many.
_NAME_FIRST = re.compile(
    r"([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u00b7\u2022\u2027\u30fb]{2,})[\s,;:、。/()\[\]<>【】《》|—–-]"
)

_ENDS_OF_UNITS = frozenset("局办委部院处厅镇乡县市区校所站室司")
"""With which names of units end, and those of persons hardly ever."""


def may_be_one(one: str, other: str) -> bool:
    """Return whether two wordings may mean one person: what one says the other says too, or both begin alike.

    A name with two posts counts as one person: who has one ballot has one vote for everybody. Whoever means
    two namesakes puts the units before the names.
    """
    first, second = seen(one), seen(other)
    if first in second or second in first:
        return True
    name = _name_first(one)
    return bool(name) and name == _name_first(other)


def wordings_of(ratee: Ratee) -> frozenset[str]:
    """Return a name on a list as it is compared, alone and with unit and post as they stand beside it."""
    beside = [text for text in (ratee.unit, ratee.post) if text]
    return frozenset(
        seen("".join(order))
        for number in range(len(beside) + 1)
        for parts in combinations(beside, number)
        for order in permutations((ratee.name, *parts))
    )


def _name_first(wording: str) -> str:
    """Return the name with which a wording begins, as it is compared; empty where none is set apart."""
    found = _NAME_FIRST.match(unicodedata.normalize("NFKC", wording))
    # Two of one unit are two persons.
    if found is None or (len(found[1]) > 2 and found[1][-1] in _ENDS_OF_UNITS):
        return ""
    return seen(found[1])


def one_line(text: str) -> str:
    """Return what was written as a name in one line, without signs that nobody sees and repeated spaces."""
    return " ".join(clean(text).split())


def written_name(text: str) -> str:
    """Return what was written as a name as it is kept, empty where nobody would see anything."""
    name = one_line(text)
    return name if seen(name) else ""


def _has_letter(name: str) -> bool:
    """Return whether somebody may be called so: a stroke, or a number, is nobody's name."""
    # A numeral such as 〇, and signs that an office made for rare names, stand in names too.
    return any(unicodedata.category(sign) in _LETTERS for sign in name)


@dataclass(frozen=True)
class NamesBeside:
    """The fields for names beside one list, and who stands on it: wordings of those whom this ballot rates.

    Whom only others rate would be a name that counts for nobody, and tells its writer's group.
    """

    fields: tuple[str, ...]
    listed: frozenset[str]
    of_others: frozenset[str]

    def unfit(self, texts: Mapping[str, str]) -> Iterator[tuple[str, FieldFault]]:
        """Go through the fields whose names cannot count, each with why; ``texts`` is what was written.

        Such a name holds a sign that nobody sees or no letter, is on the list, or rated there by others
        only, or may be one person with a name of a field before it that can count.
        """
        fit: list[str] = []
        for name in self.fields:
            if name in texts:
                fault = self._fault(texts[name], fit)
                if fault is None:
                    fit.append(texts[name])
                else:
                    yield name, fault

    def _fault(self, text: str, before: Sequence[str]) -> FieldFault | None:
        if not is_clear(text):
            return FieldFault("unreadable")
        if not _has_letter(text):
            return FieldFault("no-name")
        if seen(text) in self.listed:
            return FieldFault("on-list", names=(text,))
        if seen(text) in self.of_others:
            return FieldFault("rated-by-others", names=(text,))
        twice = next((one for one in before if may_be_one(one, text)), None)
        return None if twice is None else FieldFault("named-twice", names=(twice, text))


def names_beside(definition: Definition, lines: Sequence[Line], section: Section) -> NamesBeside:
    """Return what may be written beside a list on a ballot that has these lines."""
    listed = {line.ratee.key for line in lines if line.section.key == section.key}
    own, others = (
        frozenset(
            said
            for ratee in definition.ratees_of(section)
            if (ratee.key in listed) is on_it
            for said in wordings_of(ratee)
        )
        for on_it in (True, False)
    )
    return NamesBeside(section.written_fields, own, others)
