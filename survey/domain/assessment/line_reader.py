"""Scoring lines of a definition file: which keys belong to which method, and which of them it needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.domain.definition.schema import entries_of, read_entries
from survey.domain.definition.validation import Reader
from survey.domain.errors import Flaw

from .indicators import Method, ScoringLine


@dataclass(frozen=True)
class _MethodKeys:
    needed: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


def _keys(needed: str = "", others: str = "") -> _MethodKeys:
    return _MethodKeys(frozenset(needed.split()), frozenset(others.split()))


_EVERY = frozenset({"points", "method", "of", "target"})
_OF: Mapping[Method, _MethodKeys] = {
    Method.COMPLETE: _keys(others="cap least"),
    Method.REACH: _keys(),
    Method.STEP: _keys("per size", "start relative whole up down"),
    Method.SCALE: _keys("at", "between under"),
    Method.RANK: _keys("by", "qualify"),
    Method.BEST: _keys(),
    Method.SPREAD: _keys(others="low full none"),
    Method.DEDUCT: _keys("per"),
    Method.JUDGED: _keys(),
}


def keys_of_method(method: Method) -> frozenset[str]:
    """Return the keys that mean something in a scoring line of a method."""
    return _EVERY | _OF[method].needed | _OF[method].others


def read_line(reader: Reader) -> ScoringLine:
    """Read one scoring line; note each key that its method needs or does not know."""
    line = ScoringLine(**read_entries(reader, ScoringLine))
    if reader.is_sound("method"):
        require_keys(reader, f'method = "{line.method}"', _OF[line.method].needed)
        known = keys_of_method(line.method)
        refuse_keys(reader, f'method = "{line.method}"', entries_of(ScoringLine).keys() - known)
    if line.method is Method.SCALE and reader.table.get("at") == []:
        reader.fault("at", "must hold at least 1", Flaw.TOO_FEW, limit=1)
    if line.full is not None and line.full == line.none and reader.is_sound("full"):
        said = "must differ from none: nothing lies between them"
        reader.fault("full", said, Flaw.TWICE, value="full")
    return line


def require_keys(reader: Reader, chosen: str, keys: frozenset[str]) -> None:
    """Note each of some keys that a table lacks although what was ``chosen`` in it needs it."""
    for key in sorted(keys):
        if not reader.has(key):
            reader.fault(key, f"is missing; {chosen} needs it", Flaw.MISSING)


def refuse_keys(reader: Reader, chosen: str, keys: set[str]) -> None:
    """Note each of some keys that a table holds although it means nothing with what was ``chosen``."""
    for key in reader.table:
        if key in keys:
            reader.fault(key, f"means nothing with {chosen}", Flaw.UNKNOWN_KEY, value=key)
