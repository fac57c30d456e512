"""Finding the same people and the same lines in two campaigns."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Criterion, Ratee, Section
from survey.domain.definition.names import seen
from survey.domain.definition.scale import Scale


class Unmatched(StrEnum):
    """Why a ratee has no counterpart.

    ``AMBIGUOUS``: several of that name could be meant. ``ELSEWHERE``: one has the name, but neither key nor
    unit nor post, so it may be another person.
    """

    NONE = "none"
    AMBIGUOUS = "ambiguous"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Matches:
    """The ratees of one campaign found in another, and why the others were not."""

    found: Mapping[str, Ratee]
    missing: Mapping[str, Unmatched]


def match_ratees(now: Sequence[Ratee], then: Sequence[Ratee]) -> Matches:
    """Find ratees again: by their key where the name agrees, else by name and unit or post.

    A name in another spelling agrees, but one written the same goes first. Beyond keys, two are taken for
    the same only if each is the only one who could be the other.
    """
    keyed = {ratee.key: ratee for ratee in then}
    found = {
        ratee.key: keyed[ratee.key]
        for ratee in now
        if ratee.key in keyed and seen(keyed[ratee.key].name) == seen(ratee.name)
    }
    left = [ratee for ratee in now if ratee.key not in found]
    others = [ratee for ratee in then if ratee.key not in found]
    missing: dict[str, Unmatched] = {}
    for compared in (str, seen):
        ours, theirs = _by_name(left, compared), _by_name(others, compared)
        missing = {}
        for ratee in left:
            if ratee.key in found:
                continue
            name = compared(ratee.name)
            alike = [other for other in theirs[name] if _alike(ratee, other, compared)]
            if len(alike) == 1 and sum(_alike(one, alike[0], compared) for one in ours[name]) == 1:
                found[ratee.key] = alike[0]
            elif alike:
                missing[ratee.key] = Unmatched.AMBIGUOUS
            else:
                missing[ratee.key] = Unmatched.ELSEWHERE if theirs[name] else Unmatched.NONE
    return Matches(found, missing)


def _by_name(ratees: Iterable[Ratee], compared: Callable[[str], str]) -> defaultdict[str, list[Ratee]]:
    found: defaultdict[str, list[Ratee]] = defaultdict(list)
    for ratee in ratees:
        found[compared(ratee.name)].append(ratee)
    return found


def _alike(one: Ratee, other: Ratee, compared: Callable[[str], str]) -> bool:
    """Return whether two of one name may be the same person."""
    if not (one.unit or one.post or other.unit or other.post):
        return True
    unit, post = compared(one.unit), compared(one.post)
    return bool((unit and unit == compared(other.unit)) or (post and post == compared(other.post)))


def match_criterion(criterion: Criterion, section: Section) -> Criterion | None:
    """Find a line of a form on another form: by key and label, or by a label that is there once."""
    alike = [one for one in section.criteria if one.label == criterion.label]
    keyed = [one for one in alike if one.key == criterion.key]
    return keyed[0] if keyed else alike[0] if len(alike) == 1 else None


def same_scale(one: Scale, other: Scale) -> bool:
    """Return whether two scales have the same grades, points and abstentions, whatever their keys."""
    return _written(one) == _written(other)


def _written(scale: Scale) -> object:
    grades = [(grade.label, grade.points) for grade in scale.grades]
    return grades, scale.abstain and scale.abstain.treat


def same_form(now: Section, then: Section) -> bool:
    """Return whether two forms make their total score of the same lines under the same weights."""
    lines = [[(one.label, one.weight) for one in form.criteria if one.weight] for form in (now, then)]
    whole = [sum(weight for _, weight in form) for form in lines]
    parts = [
        sorted((label, weight / total) for label, weight in form)
        for form, total in zip(lines, whole, strict=True)
    ]
    return parts[0] == parts[1]


def same_rates(now: Definition, scale: Scale, then: Definition, former: Scale) -> dict[str, str]:
    """Map the keys of rates on one scale to those on another of the same name and grades."""

    def written(definition: Definition, of: Scale) -> dict[str, tuple[str, tuple[str, ...]]]:
        labels = {grade.key: grade.label for grade in of.grades}
        return {
            rate.key: (rate.label, tuple(sorted(labels[key] for key in rate.grades)))
            for rate in definition.rates_of(of)
        }

    known = {what: key for key, what in written(then, former).items()}
    return {key: known[what] for key, what in written(now, scale).items() if what in known}
