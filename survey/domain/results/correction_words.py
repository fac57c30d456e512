"""Corrections of a frozen wording in sentences: in Chinese on papers, in the reader's language on pages."""

from collections.abc import Callable, Mapping, Sequence

from survey.domain.audit.corrections import WordingChange
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee, Section
from survey.domain.definition.schema import N_

Gettext = Callable[[str], str]

_OF_CAMPAIGN = {
    "title": N_("活动名称"),
    "organiser": N_("主办单位"),
    "rated_unit": N_("被评单位"),
    "instructions": N_("填写说明"),
}
_OF_RATEE = {"post": N_("职务"), "unit": N_("单位")}


def change_words(change: WordingChange, names: Mapping[str, str], say: Gettext = str) -> str:
    """Describe one corrected text; ``names`` are those of the ratees now, by key, ``say`` translates."""
    if change.table == "campaign":
        what = say(_OF_CAMPAIGN[change.key]) if change.key in _OF_CAMPAIGN else change.key
    elif change.table == "sections":
        what = say(N_("测评表"))
    elif change.key in _OF_RATEE:
        name = names.get(change.row, change.row)
        what = say(N_("“%(name)s”的%(what)s")) % {"name": name, "what": say(_OF_RATEE[change.key])}
    else:
        what = say(N_("测评对象"))
    moved = {"before": _one_line(change.before), "after": _one_line(change.after)}
    return say(N_("%(what)s“%(before)s”更正为“%(after)s”")) % ({"what": what} | moved)


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


def acts_words(changes: Sequence[WordingChange], names: Mapping[str, str], say: Gettext = str) -> str:
    """Describe all texts that one act corrected."""
    return say("；").join(change_words(one, names, say) for one in changes)


def _one_line(text: str) -> str:
    return " ".join(text.split())
