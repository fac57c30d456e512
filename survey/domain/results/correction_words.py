"""Corrections of a frozen wording in sentences: under tables, on the certificate, in the log, on pages."""

from collections.abc import Callable, Mapping, Sequence

from survey.domain.audit.corrections import WordingChange
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee, Section
from survey.domain.definition.schema import N_

_MOVED = {
    ("campaign", "title"): N_("活动名称“%(before)s”更正为“%(after)s”"),
    ("campaign", "organiser"): N_("主办单位“%(before)s”更正为“%(after)s”"),
    ("campaign", "rated_unit"): N_("被评单位“%(before)s”更正为“%(after)s”"),
    ("campaign", "instructions"): N_("填写说明“%(before)s”更正为“%(after)s”"),
    ("sections", "title"): N_("测评表“%(before)s”更正为“%(after)s”"),
    ("ratees", "name"): N_("测评对象“%(before)s”更正为“%(after)s”"),
    ("ratees", "post"): N_("“%(name)s”的职务“%(before)s”更正为“%(after)s”"),
    ("ratees", "unit"): N_("“%(name)s”的单位“%(before)s”更正为“%(after)s”"),
}


def change_words(change: WordingChange, names: Mapping[str, str], said: Callable[[str], str] = str) -> str:
    """Describe one corrected text; ``names`` are those of the ratees now, by key.

    ``said`` puts a sentence into the language of a page; papers are Chinese.
    """
    return said(_MOVED[change.table, change.key]) % {
        "name": names.get(change.row, change.row),
        "before": _one_line(change.before),
        "after": _one_line(change.after),
    }


def correction_notes(
    definition: Definition, section: Section | None = None, ratee: Ratee | None = None
) -> tuple[str, ...]:
    """Name what was corrected after arming, of one section or ratee where given; empty if nothing was.

    A definition that was reduced to what somebody may see names nobody else.
    """
    if not definition.changes:
        return ()
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


def acts_words(
    changes: Sequence[WordingChange], names: Mapping[str, str], said: Callable[[str], str] = str
) -> str:
    """Describe all texts that one act corrected, as ``change_words`` does each."""
    return said("；").join(change_words(one, names, said) for one in changes)


def _one_line(text: str) -> str:
    return " ".join(text.split())
