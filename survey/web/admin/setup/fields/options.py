"""What set-up forms offer to choose from: words that stand elsewhere in the same document."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from .parts import Holder, Options, written


def rows_of(document: Holder, key: str) -> Sequence[Holder]:
    """Return a list of tables of a document, none where it has no such list."""
    found = document.get(key)
    return found if isinstance(found, list) else ()


def scale_name(scale: Holder) -> str:
    """Return what a scale is called on these pages: its grades."""
    return "、".join(written(grade.get("label")) for grade in rows_of(scale, "grades")) or written(
        scale.get("key")
    )


def labelled(key: str, label: str = "label") -> Callable[[Holder], Options]:
    """Return a function that offers the rows of a list, by their keys."""

    def options(document: Holder) -> Options:
        rows = rows_of(document, key)
        return [(written(row.get("key")), written(row.get(label) or row.get("key"))) for row in rows]

    return options


def scales(document: Holder) -> Options:
    """Offer the scales."""
    return [(written(scale.get("key")), scale_name(scale)) for scale in rows_of(document, "scales")]


def lines(document: Holder) -> Options:
    """Offer the criteria of all forms."""
    return [
        (
            f"{written(section.get('key'))} {written(criterion.get('key'))}",
            f"{written(section.get('title'))} · {written(criterion.get('label'))}",
        )
        for section in rows_of(document, "sections")
        for criterion in rows_of(section, "criteria")
    ]


def grades_of(document: Holder, scale: str | None = None) -> Options:
    """Return the grades of one scale, or of all: those of one key together."""
    found: dict[str, list[str]] = {}
    for row in rows_of(document, "scales"):
        if scale is None or written(row.get("key")) == scale:
            for grade in rows_of(row, "grades"):
                labels = found.setdefault(written(grade.get("key")), [])
                labels += [written(grade.get("label"))] if written(grade.get("label")) not in labels else []
    return [(key, " / ".join(labels)) for key, labels in found.items()]


def unticked(document: Holder) -> Options:
    """Offer what an empty line of a list to tick may count as, and that a form is no such list."""
    return [("", _l("不是打勾的名单")), *grades_of(document)]


def pools(document: Holder) -> Options:
    """Offer the pools, and that a group is in none."""
    return [("", _l("不归入")), *labelled("pools")(document)]


groups = labelled("groups")


def all_groups(_row: Mapping[str, Any], document: Holder) -> list[str]:
    """List the keys of all rater groups."""
    return [key for key, _label in groups(document)]


def raters(ratee: Mapping[str, Any], document: Holder) -> list[str]:
    """List the groups that rate a ratee who names none: those of its section, or all, less those excepted."""
    excepted = ratee.get("except")
    gone = [written(key) for key in excepted] if isinstance(excepted, list) else []
    return [key for key in section_raters(ratee, document) if key not in gone]


def section_raters(ratee: Mapping[str, Any], document: Holder) -> list[str]:
    """List the groups that a ratee's form is for."""
    for section in rows_of(document, "sections"):
        if section.get("key") == ratee.get("section") and isinstance(section.get("groups"), list):
            return [written(key) for key in section["groups"]]
    return all_groups(ratee, document)
