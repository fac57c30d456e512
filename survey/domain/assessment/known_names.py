"""Names in files that come in: a key, or the label that people know the thing by."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from survey.domain.operations.carried_text import visible


class Labelled(Protocol):
    """A thing with a key and a label."""

    @property
    def key(self) -> str:
        """Return the key."""

    @property
    def label(self) -> str:
        """Return what people call it."""


@dataclass(frozen=True)
class NamesKnown:
    """What may be named in a column; a label that several things share names none of them."""

    keys: Mapping[str, str]

    @property
    def own_keys(self) -> tuple[str, ...]:
        """Return the keys themselves, without labels, each once."""
        return tuple(dict.fromkeys(self.keys.values()))

    def key_of(self, written: str) -> str | None:
        """Return the key of what is named, ``None`` where nothing known is."""
        return self.keys.get(written) or self.keys.get(_plain(written))


def names_of(things: Iterable[Labelled]) -> NamesKnown:
    """Return the names of things: keys go before labels."""
    pairs = [(one.key, _plain(one.label)) for one in things]
    shared = Counter(label for _, label in pairs)
    once = {label: key for key, label in pairs if shared[label] == 1}
    return NamesKnown({key: key for key, _ in pairs} | once | {key: key for key, _ in pairs})


def _plain(written: str) -> str:
    return "".join(visible(written).split())


MOST = 10
"""So many keys are named; of more the first ones."""


def listed(known: Collection[str]) -> str:
    """Return the keys that are known, as a refusal adds them to what it says; empty where there are none."""
    if not known:
        return ""
    more = ", …" if len(known) > MOST else ""
    return f" (there are {', '.join(list(known)[:MOST])}{more})"
