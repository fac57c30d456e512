"""What one person, or two at one screen, may say to what is open about a paper ballot, and its taking."""

from collections.abc import Iterator
from dataclasses import replace

from survey.domain.ballot.ballot import MAX_REASON_LENGTH, MAX_TEXT_LENGTH, is_acceptable
from survey.domain.ballot.written_names import MAX_NAME_LENGTH, written_name
from survey.domain.definition.names import is_clear
from survey.domain.definition.rules import PaperRules
from survey.domain.errors import BadAnswer

from .answers import BOTH, as_typed, typed_in
from .decide import open_items
from .fate import BLANK, MARKED, REFUSE, SPOIL, TAKE, TYPE, UNSURE, ItemKind, PaperItem
from .pages import Values, copy_answers
from .record import KeptSheet, PaperAnswer
from .sheet import AreaKind, PaperForm

_LONGEST = {
    AreaKind.TEXT: MAX_TEXT_LENGTH,
    AreaKind.REASON: MAX_REASON_LENGTH,
    AreaKind.NAME: MAX_NAME_LENGTH,
}


def answered(form: PaperForm, sheet: KeptSheet, rules: PaperRules, answer: PaperAnswer) -> KeptSheet:
    """Add what one person, or two at one screen, said to an open item; options may come in any order.

    Raises ``BadAnswer`` where the item is not open (``gone``), is for one alone or for two at one screen
    (``alone``, ``joint``), where an account answered before (``again``) or is no other (``pair``), and
    where nobody can say that to it (``unknown``; of a text, which comes ``as_typed``, ``too-long`` and
    ``control``).
    """
    items = {item.key: item for item in open_items(form, sheet, rules)}
    item = items.get(answer.item)
    if item is None:
        raise BadAnswer("gone", "this is open no more")
    if answer.joint is not item.joint:
        who = ("joint", "two people at one screen") if item.joint else ("alone", "each person alone")
        raise BadAnswer(who[0], f"this is for {who[1]} to answer")
    accounts = answer.account.split(BOTH)
    if answer.joint and (len(set(accounts)) != 2 or not all(accounts)):
        raise BadAnswer("pair", "this is for two different people to answer")
    if answer.account in item.answered:
        raise BadAnswer("again", "this account answered already")
    taken = replace(answer, answer=_taken(form, sheet, item, answer.answer))
    return replace(sheet, answers=(*sheet.answers, taken))


def answers_to(form: PaperForm, sheet: KeptSheet, item: PaperItem) -> tuple[str, ...]:
    """List what may be said to an item, of a text besides what is typed."""
    end = SPOIL if item.joint else UNSURE
    match item.kind:
        case ItemKind.LINE:
            return (*_options(form, item), BLANK, end)
        case ItemKind.EMPTY:
            return (BLANK, MARKED, end)
        case ItemKind.TEXT:
            return (BLANK, end)
        case ItemKind.COPIES:
            copies = [page for page in sheet.pages if page.page == item.page]
            return (*copy_answers(copies), SPOIL, REFUSE)
        case ItemKind.PAGES:
            return (*_without_pages(sheet), SPOIL, REFUSE)


def _without_pages(sheet: KeptSheet) -> Iterator[str]:
    """Go through what may be done with a sheet of which pages are missing, so that it counts."""
    if any(page.lines or page.areas for page in sheet.pages):
        yield TAKE
    # Else nobody would know which sheet to take in hand.
    if sheet.unread:
        yield TYPE


def _options(form: PaperForm, item: PaperItem) -> Values:
    line = next(line for line in form.lines if line.field in item.fields)
    return tuple(box.value for box in line.boxes)


def _taken(form: PaperForm, sheet: KeptSheet, item: PaperItem, said: str) -> str:
    """Return an answer as it is kept; raises ``BadAnswer``."""
    if said in answers_to(form, sheet, item):
        return said
    words = typed_in(said) if item.kind is ItemKind.TEXT else None
    if words is not None:
        return _text(form.kind_of(item.fields[0]), words)
    if item.kind is ItemKind.LINE and any(line.many for line in form.lines if line.field in item.fields):
        chosen, options = said.split(), _options(form, item)
        if chosen and set(chosen) <= set(options):
            return " ".join(option for option in options if option in chosen)
    raise BadAnswer("unknown", "there is no such answer to this")


def _text(kind: AreaKind, said: str) -> str:
    longest = _LONGEST[kind]
    # A name is measured as the ballot will hold it: what two confirmed must not be lost for its form.
    typed = as_typed(written_name(said) if kind is AreaKind.NAME else said)
    text = typed_in(typed) or ""
    if len(text) > longest:
        raise BadAnswer("too-long", f"at most {longest} characters")
    if not is_acceptable(text, longest) or (kind is AreaKind.NAME and not is_clear(text)):
        raise BadAnswer("control", "there are characters in it that cannot be kept")
    return typed
