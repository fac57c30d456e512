"""Names that are written on one ballot beside a list: which wordings may be one person."""

import re
import unicodedata
from itertools import combinations, permutations

from survey.domain.definition.form import Ratee
from survey.domain.definition.names import seen

# One ideograph before a space is a name set wide (张 三), and a given name in letters is shared by many.
_NAME_FIRST = re.compile(
    r"([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u00b7\u2022\u2027\u30fb]{2,})[\s,;:、。/()\[\]<>【】《》|—–-]"
)


def may_be_one(one: str, other: str) -> bool:
    """Return whether two wordings may mean one person: what one says the other says too, or both begin alike.

    A name with two posts counts as one person: who has one ballot has one vote for everybody. Whoever means
    two namesakes puts the units before the names.
    """
    first, second = seen(one), seen(other)
    if first in second or second in first:
        return True
    name = _name_first(one)
    return bool(name) and name == _name_first(other)


def wordings_of(ratee: Ratee) -> frozenset[str]:
    """Return a name on a list as it is compared, alone and with unit and post as they stand beside it."""
    beside = [text for text in (ratee.unit, ratee.post) if text]
    return frozenset(
        seen("".join(order))
        for number in range(len(beside) + 1)
        for parts in combinations(beside, number)
        for order in permutations((ratee.name, *parts))
    )


def _name_first(wording: str) -> str:
    """Return the name with which a wording begins, as it is compared; empty where none is set apart."""
    found = _NAME_FIRST.match(unicodedata.normalize("NFKC", wording))
    return seen(found[1]) if found else ""
