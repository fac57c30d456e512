"""What a definition without fault may still lack: said before it is frozen, and refused by nobody."""

from dataclasses import dataclass

from .campaign import Definition
from .form import Group, Pool, Ratee, Section
from .names import seen
from .rules import SmallGroups

_SHOWN = {
    SmallGroups.WITHHOLD: "never shown, nor the weighted one",
    SmallGroups.MERGE: "only shown merged with others, if at all",
    SmallGroups.SHOW: "shown all the same (small_groups), and tells how so few rated",
}


def unused_sections(definition: Definition) -> tuple[Section, ...]:
    """List the forms that no ratee is rated by: nobody will ever see them."""
    used = {ratee.section for ratee in definition.ratees}
    return tuple(section for section in definition.sections if section.key not in used)


@dataclass(frozen=True)
class TooFewRaters:
    """Ratees whom fewer of a pool can rate than ``minimum_cell``; at most ``raters`` any one of them."""

    pool: Pool
    ratees: tuple[Ratee, ...]
    raters: int


def too_few_raters(definition: Definition) -> tuple[TooFewRaters, ...]:
    """List the pools of which, as codes are planned, too few can rate some ratee: no unit rates itself."""
    found = []
    for pool in definition.pools:
        planned = {
            ratee: number
            for ratee in definition.ratees
            if pool.key in ratee.groups
            and (number := definition.planned_raters(ratee, pool.key)) is not None
            and number < definition.results.minimum_cell
        }
        if planned:
            found.append(TooFewRaters(pool, tuple(planned), max(planned.values())))
    return tuple(found)


def rating_themselves(definition: Definition) -> tuple[tuple[Group, Ratee], ...]:
    """List the units of pools that may rate the ratee called like them: mostly a forgotten ``except``."""
    named: dict[str, list[Ratee]] = {}
    for ratee in definition.ratees:
        named.setdefault(seen(ratee.name), []).append(ratee)
    return tuple(
        (unit, ratee)
        for unit in definition.raters
        if unit.pool
        for name in dict.fromkeys((seen(unit.label), seen(unit.label.removesuffix("票"))))
        for ratee in named.get(name, ())
        if unit.key in ratee.raters
    )


def loose_ends(definition: Definition) -> list[str]:
    """Describe in one line each, with its path, what may have been forgotten."""
    found = [] if definition.ratees else ["ratees: nothing is rated, only questions are asked"]
    places = {section.key: place for place, section in enumerate(definition.sections)}
    minimum = definition.results.minimum_cell
    pools = {pool.key: place for place, pool in enumerate(definition.pools)}
    found += [
        f"pools[{pools[few.pool.key]}]: at most {few.raters} of {few.pool.key} can rate "
        f"{', '.join(ratee.key for ratee in few.ratees)}, fewer than minimum_cell ({minimum}); "
        f"that row is {_SHOWN[definition.results.small_groups]}"
        for few in too_few_raters(definition)
    ]
    rows = {ratee.key: place for place, ratee in enumerate(definition.ratees)}
    found += [
        f"ratees[{rows[ratee.key]}]: {unit.key} ({unit.label}) may rate {ratee.key}, "
        "which is called like it; name it in except, unless it is to rate itself"
        for unit, ratee in rating_themselves(definition)
    ]
    return found + [
        f'sections[{places[section.key]}]: no ratee uses the form "{section.key}" ({section.title}); '
        "nobody will see it"
        for section in unused_sections(definition)
    ]
