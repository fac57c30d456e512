"""What people said about a paper ballot: what is decided by it, and what takes two at one screen."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from survey.domain.definition.names import break_lines

from .fate import BLANK, UNSURE
from .record import KeptSheet, PaperAnswer

PAGES, SHEET = "pages", "sheet"
"""Keys of the items of which a sheet has one each: missing pages, and whether all of it is blank."""
_COPIES = "copies "
BOTH = "\n"
"""Between the names of two accounts that said something at one screen."""
_TYPED = "="
"""Before what was typed: whatever words that are, they are not taken for an answer."""


def as_typed(text: str) -> str:
    """Return what was typed as an answer, without spaces around it: ``blank`` where there is nothing."""
    plain = break_lines(text).strip()
    return _TYPED + plain if plain else BLANK


def typed_in(answer: str) -> str | None:
    """Return the words of an answer that was typed, ``None`` for any other."""
    return answer.removeprefix(_TYPED) if answer.startswith(_TYPED) else None


def line_key(field: str) -> str:
    """Return the key of the item on a line."""
    return f"line {field}"


def text_key(field: str) -> str:
    """Return the key of the item on what is written in a frame."""
    return f"text {field}"


def page_key(page: int) -> str:
    """Return the key of the item on a page on which nothing was found."""
    return f"page {page}"


def copies_key(page: int) -> str:
    """Return the key of the item on copies of a page that differ."""
    return f"{_COPIES}{page}"


def decisions(sheet: KeptSheet) -> Mapping[str, PaperAnswer]:
    """Map keys of items to the answer that decided each.

    Two equal answers of different accounts decide, or what two said at one screen. Options parted by spaces
    are equal in any order; they are returned sorted.
    """
    found = {}
    for key, said in _by_item(sheet.answers).items():
        joint = [answer for answer in said.values() if answer.joint]
        if joint:
            found[key] = joint[-1]
        elif len(said) > 1 and not is_joint(key, said.values()):
            found[key] = next(iter(said.values()))
    return found


def is_of_sheet(key: str) -> bool:
    """Return whether an item is about the whole sheet as it was scanned, so that it may be refused there."""
    return key == PAGES or key.startswith(_COPIES)


def is_joint(key: str, said: Iterable[PaperAnswer]) -> bool:
    """Return whether only two at one screen can decide an item, after what each said alone."""
    if is_of_sheet(key):
        return True
    alone = {_plain(answer).answer for answer in said if not answer.joint}
    return len(alone) > 1 or UNSURE in alone


def said_to(sheet: KeptSheet, key: str) -> tuple[PaperAnswer, ...]:
    """List the answers to an item, one of an account."""
    return tuple(_by_item(one for one in sheet.answers if one.item == key).get(key, {}).values())


def without(sheet: KeptSheet, keys: Iterable[str]) -> KeptSheet:
    """Return a sheet without the answers to some items, which are to be asked anew."""
    gone = set(keys)
    return replace(sheet, answers=tuple(answer for answer in sheet.answers if answer.item not in gone))


def decided_by(sheet: KeptSheet) -> Mapping[str, int]:
    """Count the items that each account decided, alone with an equal other or at one screen; never what."""
    decided = decisions(sheet)
    counted: Counter[str] = Counter()
    for key, answer in decided.items():
        if answer.joint:
            counted.update(answer.account.split(BOTH))
        else:
            counted.update(one.account for one in said_to(sheet, key))
    return counted


def _by_item(answers: Iterable[PaperAnswer]) -> dict[str, dict[str, PaperAnswer]]:
    """Sort answers by item and account; what an account says first stands."""
    found: dict[str, dict[str, PaperAnswer]] = {}
    for answer in answers:
        found.setdefault(answer.item, {}).setdefault(answer.account, _plain(answer))
    return found


def _plain(answer: PaperAnswer) -> PaperAnswer:
    """Return an answer as it is compared: texts without spaces around, options in one order."""
    words = typed_in(answer.answer) if answer.item.startswith("text ") else None
    if words is not None:
        return replace(answer, answer=as_typed(words))
    if answer.item.startswith("line "):
        return replace(answer, answer=" ".join(sorted(set(answer.answer.split()))))
    return answer
