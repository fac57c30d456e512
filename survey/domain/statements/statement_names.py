"""Whose report a file is, by its name: ``01-张三.pdf``, ``张三述职报告.docx``, ``述职（教育局张三）.pdf``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from survey.domain.definition.names import seen


@dataclass(frozen=True)
class NamedRatee:
    """What the name of a file may hold of a ratee; ``key`` is its key in the draft."""

    key: str
    name: str
    post: str = ""
    unit: str = ""


def owners(file_name: str, ratees: Sequence[NamedRatee]) -> tuple[str, ...]:
    """Return the keys of those whose report a file may be: one where its name says so, none, or several.

    Names are compared as ``seen`` does, a longer one before a shorter one that is part of it. Of ratees of
    one name those are left out whose post and unit the file's name tells less of than another's: a longer
    post tells more than one that is part of it, a post not more than a unit.
    """
    written = seen(PurePosixPath(file_name.replace("\\", "/")).stem)
    named = _named(written, ratees)
    if len({seen(one.name) for one in named}) != 1:
        return tuple(one.key for one in named)
    told = {one.key: _telling(one, written) for one in named}
    return tuple(
        key for key, mine in told.items() if not any(_more(others, mine) for others in told.values())
    )


def _named(written: str, ratees: Iterable[NamedRatee]) -> list[NamedRatee]:
    """List the ratees whose name stands in a file's name, each place of it taken for one name only."""
    of_name: dict[str, list[NamedRatee]] = {}
    for one in ratees:
        if name := seen(one.name):
            of_name.setdefault(name, []).append(one)
    found: list[NamedRatee] = []
    for name in sorted(of_name, key=len, reverse=True):
        if name in written:
            found += of_name[name]
            written = written.replace(name, "\n")
    return found


def _telling(ratee: NamedRatee, written: str) -> tuple[int, ...]:
    """Return how many characters of a file's name are the ratee's post, and its unit."""
    return tuple(len(part) if part in written else 0 for part in (seen(ratee.post), seen(ratee.unit)))


def _more(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one != other and all(mine >= others for mine, others in zip(one, other, strict=True))


def followed(names: Mapping[str, str], ratees: Sequence[NamedRatee]) -> dict[str, str]:
    """Map the keys of those who have a file to the keys that they have among a draft's ratees now.

    ``names`` are those that they had when they got it, by key. Left out is who has another name now, for a
    key may have become another person's, and who is found under another key more than once, or under one that
    has a file already.
    """
    kept = {key: key for key, name in names.items() if _named_so(ratees, name, key)}
    for key in names.keys() - kept.keys():
        others = _named_so(ratees, names[key])
        if len(others) == 1 and others[0] not in kept.values():
            kept[key] = others[0]
    return kept


def _named_so(ratees: Sequence[NamedRatee], name: str, key: str = "") -> list[str]:
    return [one.key for one in ratees if seen(one.name) == seen(name) and one.key and key in ("", one.key)]
