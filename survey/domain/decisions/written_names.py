"""Names that are not on a list to tick: which wordings mean one person, and how many votes each has.

Nothing is counted for a wording before two accounts chose the same. Of whom no wording has votes enough, no
name is shown; the rule is argued in docs/decisions/0069-written-names.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from survey.domain.ballot.written_names import MAX_NAME_LENGTH, one_line
from survey.domain.count.disclosure import Count
from survey.domain.count.late import late_numbers
from survey.domain.count.results import NamedVotes, SectionNames
from survey.domain.definition.campaign import Definition
from survey.domain.definition.canonical import digest
from survey.domain.definition.form import Ratee, Section
from survey.domain.definition.names import is_clear, seen
from survey.domain.errors import BadName

AGREED = 2
MAX_POST_LENGTH = 60


@dataclass(frozen=True)
class Person:
    """Whom a wording means; nobody who can be told, where ``name`` is empty."""

    name: str
    post: str = ""

    @property
    def compared(self) -> tuple[str, str]:
        """Return what two spellings of one person have in common."""
        return seen(self.name), seen(self.post)


def stamp(person: Person | None) -> str:
    """Return what tells one choice for a wording from another, empty before one was made."""
    return digest([person.name, person.post]) if person else ""


NOBODY = Person("")
"""What is chosen for a wording of which nobody can say who is meant, or that may not be counted."""


@dataclass(frozen=True)
class WrittenName:
    """One wording under the list ``section``, and how often it was written."""

    key: str
    section: str
    wording: str
    times: int


@dataclass(frozen=True)
class NameChoice:
    """Whom an account says that the wording ``key`` means."""

    key: str
    account: str
    person: Person


def gathered(written: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Count how often each wording was written, by section and wording; two spellings of one are one wording.

    Of spellings the shortest stands for all, the first in order of several: no number tells one writer's.
    """
    times: Counter[tuple[str, str]] = Counter()
    spelled: dict[tuple[str, str], str] = {}
    for section, text in written:
        wording = one_line(text)
        compared = section, seen(wording)
        times[compared] += 1
        spelled[compared] = min(wording, spelled.get(compared, wording), key=lambda one: (len(one), one))
    return {(section, spelled[section, name]): number for (section, name), number in times.items()}


def require_person(definition: Definition, section: str, name: str, post: str) -> Person:
    """Return who was typed in as meant; raises ``BadName`` where that is nobody who can be counted."""
    person = Person(one_line(name), one_line(post))
    if not seen(person.name):
        raise BadName("empty", "a person has a name")
    if len(person.name) > MAX_NAME_LENGTH or len(person.post) > MAX_POST_LENGTH:
        raise BadName("too-long", f"at most {MAX_NAME_LENGTH} characters of name, {MAX_POST_LENGTH} of post")
    if not (is_clear(person.name) and is_clear(person.post)):
        raise BadName("unreadable", "holds a sign that nobody sees")
    for ratee in definition.ratees_of(definition.section[section]):
        if seen(ratee.name) == seen(person.name) and not _is_elsewhere(seen(person.post), ratee):
            raise BadName("on-list", f"{ratee.name} is on the list; such a wording counts for nobody")
    return person


def _is_elsewhere(place: str, listed: Ratee) -> bool:
    """Return whether unit and post, as compared, are not those of somebody of the same name on the list.

    In the same unit it is the same person, whatever the post; of a unit that the list does not give, only a
    post of other words tells. Where the list gives neither, any place does: it is two people who decide.
    """
    unit, post = seen(listed.unit), seen(listed.post)
    if not place:
        return False
    if unit:
        return unit not in place and place not in unit + post
    return not post or (post not in place and place not in post)


def agreed(choices: Sequence[NameChoice]) -> Person | None:
    """Return whom two accounts chose for a wording and no others as many; ``None`` while nobody is.

    Two pairs that differ settle nothing; a third that sides with one of them does (3 : 2).
    """
    ranked = Counter(one.person.compared for one in choices).most_common(2)
    if not ranked or ranked[0][1] < AGREED or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    return next(one.person for one in choices if one.person.compared == ranked[0][0])


def is_split(choices: Sequence[NameChoice]) -> bool:
    """Return whether two accounts have chosen and do not agree: then both are told what the other chose."""
    return len(choices) >= AGREED and agreed(choices) is None


def by_wording(choices: Iterable[NameChoice]) -> dict[str, list[NameChoice]]:
    """Map the keys of wordings to what was chosen for each, in the order of accounts."""
    found: dict[str, list[NameChoice]] = {}
    for one in sorted(choices, key=lambda one: one.account):
        found.setdefault(one.key, []).append(one)
    return found


def outcome(
    definition: Definition, count: Count, written: Sequence[WrittenName], choices: Iterable[NameChoice]
) -> tuple[SectionNames, ...]:
    """Add up who was recommended beside each list that takes names; nobody is named of few voters.

    Nothing is added up while a wording is open: what one decision changes would tell the votes of a wording.
    """
    chosen = by_wording(choices)
    if number_open(written, chosen):
        return unsigned(definition)
    least = definition.results.minimum_cell + sum(late_numbers(count.late).values())
    return tuple(
        replace(
            _told(
                _of_section(
                    section.key, [one for one in written if one.section == section.key], chosen, least
                ),
                least,
                section.write_in,
            ),
            valid=_valid(definition, section, count),
        )
        for section in _lists(definition)
    )


def unsigned(definition: Definition) -> tuple[SectionNames, ...]:
    """Return what is told of written names before they are decided and signed: that they come later."""
    return tuple(SectionNames(section.key, is_unsigned=True) for section in _lists(definition))


def _lists(definition: Definition) -> list[Section]:
    return [section for section in definition.sections if section.write_in]


def number_open(written: Iterable[WrittenName], chosen: Mapping[str, Sequence[NameChoice]]) -> int:
    """Return how many wordings are not decided, by what was chosen for each as of ``by_wording``."""
    return sum(agreed(chosen.get(one.key, ())) is None for one in written)


def _told(found: SectionNames, least: int, write_in: int) -> SectionNames:
    """Leave out numbers of names that few voters may have written: ``write_in`` of them may be one voter's.

    Of a single person the votes together would be that person's, exactly.
    """
    few, votes, nobody = found.few or 0, found.few_votes or 0, found.nobody or 0
    # So many names that less than ``least`` voters had no room for them.
    enough = (least - 1) * write_in + 1
    tells_few = few > 1 and votes >= enough
    return replace(
        found,
        few=few if tells_few else None,
        few_votes=votes if tells_few else None,
        nobody=nobody if nobody >= enough else None,
    )


def _valid(definition: Definition, section: Section, count: Count) -> int | None:
    """Return how many valid ballots had a list, as far as that is told."""
    raters = {key for ratee in definition.ratees_of(section) for key in ratee.groups}
    if raters == definition.group.keys():
        return count.accounting.total.valid
    numbers = [count.accounting.groups[key].valid for key in raters]
    return None if None in numbers else sum(number or 0 for number in numbers)


def _of_section(
    section: str, written: Sequence[WrittenName], chosen: Mapping[str, Sequence[NameChoice]], least: int
) -> SectionNames:
    votes: Counter[tuple[str, str]] = Counter()
    # A ballot holds a wording once, but may hold several of one person: only so many surely wrote the name.
    voters: Counter[tuple[str, str]] = Counter()
    persons: dict[tuple[str, str], Person] = {}
    nobody = 0
    for one in written:
        person = agreed(chosen.get(one.key, ()))
        if person is None or not person.name:
            nobody += one.times
        else:
            votes[person.compared] += one.times
            voters[person.compared] = max(voters[person.compared], one.times)
            persons.setdefault(person.compared, person)
    named = [
        NamedVotes(persons[compared].name, persons[compared].post, number)
        for compared, number in votes.items()
        if voters[compared] >= least
    ]
    few = [number for compared, number in votes.items() if voters[compared] < least]
    return SectionNames(
        section,
        tuple(sorted(named, key=lambda one: (-one.votes, one.name, one.post))),
        len(few),
        sum(few),
        nobody,
    )


def to_record(found: Iterable[SectionNames]) -> list[dict[str, Any]]:
    """Write what came of written names as plain values."""
    return [asdict(one) | {"named": [list(asdict(person).values()) for person in one.named]} for one in found]


def from_record(record: Iterable[Mapping[str, Any]]) -> tuple[SectionNames, ...]:
    """Read back what ``to_record`` wrote."""
    return tuple(
        SectionNames(**{**one, "named": tuple(NamedVotes(*person) for person in one["named"])})
        for one in record
    )
