"""Corrections of a frozen wording in Chinese sentences: under tables, on the certificate and in the log."""

from collections.abc import Sequence

from survey.domain.audit.corrections import WordingChange
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee, Section

_OF_CAMPAIGN = {"title": "活动名称", "organiser": "主办单位", "instructions": "填写说明"}
_OF_RATEE = {"post": "职务", "unit": "单位"}


def change_words(change: WordingChange, names: dict[str, str]) -> str:
    """Describe one corrected text; ``names`` are those of the ratees now, by key."""
    moved = f"“{_one_line(change.before)}”更正为“{_one_line(change.after)}”"
    if change.table == "campaign":
        return f"{_OF_CAMPAIGN.get(change.key, change.key)}{moved}"
    if change.table == "sections":
        return f"测评表{moved}"
    if change.key in _OF_RATEE:
        return f"“{names.get(change.row, change.row)}”的{_OF_RATEE[change.key]}{moved}"
    return f"测评对象{moved}"


def correction_notes(
    definition: Definition, section: Section | None = None, ratee: Ratee | None = None
) -> tuple[str, ...]:
    """Name what was corrected after arming, of one section or ratee where given; empty if nothing was.

    A definition that was reduced to what somebody may see names nobody else.
    """
    names = {one.key: one.name for one in definition.ratees}
    said = [
        change_words(one, names) for one in definition.changes if _belongs(one, definition, section, ratee)
    ]
    return (f"更正：{'；'.join(said)}。",) if said else ()


def _belongs(
    change: WordingChange, definition: Definition, section: Section | None, ratee: Ratee | None
) -> bool:
    if change.table == "campaign":
        return True
    if change.table == "sections":
        return change.row in definition.section and (section is None or change.row == section.key)
    found = definition.ratee.get(change.row)
    if found is None or (ratee is not None and change.row != ratee.key):
        return False
    return section is None or found.section == section.key


def acts_words(changes: Sequence[WordingChange], names: dict[str, str]) -> str:
    """Describe all texts that one act corrected."""
    return "；".join(change_words(one, names) for one in changes)


def _one_line(text: str) -> str:
    return " ".join(text.split())
