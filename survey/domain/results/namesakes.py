"""Ratees of the same name, told apart in the names of sheets and files."""

from collections.abc import Callable, Sequence

from survey.domain.definition.form import Ratee

_WAYS: tuple[Callable[[Ratee], str], ...] = (
    lambda ratee: ratee.post,
    lambda ratee: ratee.unit,
    lambda ratee: "，".join(part for part in (ratee.post, ratee.unit) if part),
)
"""What stands in the brackets, the first that tells all of one name apart."""


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
