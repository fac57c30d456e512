"""Those who are rated: of what kind they are, what they and their lists are called, which bands they get."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from survey.domain.definition.campaign import Definition, EntryMode
from survey.domain.definition.form import Ratee, Section
from survey.domain.definition.rules import Band
from survey.domain.definition.schema import N_

SubjectKind = Literal["person", "team", "service"]
SUBJECT_TITLES: dict[SubjectKind, str] = {
    "person": "个人汇总表",
    "team": "班子汇总表",
    "service": "汇总表",
}
NAMES = {"person": N_("姓名"), "service": N_("服务事项"), "other": N_("名称")}
"""What a list of ratees is headed, by their kind."""
_PERSONS = re.compile("干部|党员|职工|人员|个人")
_THINGS = re.compile("工作|服务|满意")
_OF_PERSONS = "称职"
"""Is said of persons alone: of how somebody does an office."""
_WAYS: tuple[Callable[[Ratee], str], ...] = (
    lambda ratee: ratee.post,
    lambda ratee: ratee.unit,
    lambda ratee: "，".join(part for part in (ratee.post, ratee.unit) if part),
)
"""What stands in the brackets behind a name that several have: the first that tells all of one name apart."""


def subject_kind(definition: Definition, section: Section, ratee: Ratee) -> SubjectKind:
    """Return of what kind a ratee is: by a post, its own or others' on the form, or the form's title."""
    if ratee.post:
        return "person"
    if "班子" in section.title or "班子" in ratee.name:
        return "team"
    named = _PERSONS.search(section.title) and not _THINGS.search(section.title)
    return "person" if definition.has_posts(section) or named else "service"


def subject_label(definition: Definition, kind: SubjectKind) -> str:
    """Return what stands before the name of a ratee of a kind."""
    if kind == "person":
        return NAMES["person"]
    # Everybody may rate what everybody uses: services, not offices that rate each other.
    return NAMES["service" if kind == "service" and definition.entry is not EntryMode.CODES else "other"]


def name_label(definition: Definition, *sections: Section) -> str:
    """Return the heading of the first column of a list of the ratees of some sections."""
    kinds = {kind for section in sections for kind in _kinds(definition, section)}
    if "person" in kinds:
        return subject_label(definition, "person")
    return subject_label(definition, kinds.pop() if len(kinds) == 1 else "team")


def place_label(definition: Definition, section: Section) -> str:
    """Return the heading over unit and post of the ratees of a section; empty where nobody has either."""
    ratees = definition.ratees_of(section)
    units = any(ratee.unit for ratee in ratees)
    if not definition.has_posts(section):
        return N_("单位") if units else ""
    if section.is_ticked:
        return N_("现任职务")
    return N_("单位及职务") if units else N_("职务")


def score_bands(definition: Definition, section: Section) -> tuple[Band, ...]:
    """List the bands that a section's scores are shown in: those that were written for it.

    Bands that are named in the words of a scale belong to the sections of that scale; others to all
    sections, except that nobody but a person is called 称职, unless the form itself asks for it.
    """
    bands = definition.results.bands
    labels = {band.label for band in bands}
    spoken = {scale.key for scale in definition.scales if labels <= {grade.label for grade in scale.grades}}
    if spoken:
        return bands if section.scale in spoken else ()
    asked = (grade.label for grade in definition.scale[section.scale].grades)
    if "person" in _kinds(definition, section) or _says(_OF_PERSONS, asked) or not _says(_OF_PERSONS, labels):
        return bands
    return ()


def _says(word: str, labels: Iterable[str]) -> bool:
    return any(word in label for label in labels)


def _kinds(definition: Definition, section: Section) -> set[SubjectKind]:
    return {subject_kind(definition, section, one) for one in definition.ratees_of(section)}


def any_bands(definition: Definition, sections: Iterable[Section]) -> bool:
    """Return whether the scores of one of these sections are shown in bands."""
    return any(score_bands(definition, section) for section in sections)


def names_apart(ratees: Sequence[Ratee]) -> dict[str, str]:
    """Return by the key of each ratee what it is called among these.

    A name that is another's too gets the post in brackets, where that says nothing the unit, else both; those
    that are still the same are numbered: ``陈伟(纪检组长)``, ``陈伟(教育局)``, ``陈伟(科长，教育局) 2``.
    """
    same: dict[str, list[Ratee]] = {}
    for ratee in ratees:
        same.setdefault(ratee.name.strip().casefold(), []).append(ratee)
    return {key: name for namesakes in same.values() for key, name in _apart(namesakes)}


def _apart(namesakes: Sequence[Ratee]) -> list[tuple[str, str]]:
    if len(namesakes) == 1:
        return [(namesakes[0].key, namesakes[0].name.strip())]
    ways = [[way(ratee).strip() for ratee in namesakes] for way in _WAYS]
    said = next((words for words in ways if len(set(words)) == len(words)), ways[-1])
    names, taken = [], dict[str, int]()
    for ratee, words in zip(namesakes, said, strict=True):
        name = f"{ratee.name.strip()}({words})" if words else ratee.name.strip()
        taken[name] = taken.get(name, 0) + 1
        names.append((ratee.key, f"{name} {taken[name]}" if taken[name] > 1 else name))
    return names
