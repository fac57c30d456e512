"""Reading style sheets and scripts for what the oldest engines do not know."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import tinycss2
from tinycss2.ast import Node, QualifiedRule

from tests.engine_tables import (
    ALONE,
    AT_RULES,
    AT_RULES_ON_PAPER,
    FALLBACKS,
    FUNCTIONS,
    GAPS,
    GLOBALS,
    MEDIA,
    MEMBERS,
    PROPERTIES,
    PSEUDOS,
    TOLERATED,
    UNITS,
    VALUES,
    Versions,
    is_known,
)


@dataclass(frozen=True)
class _Said:
    """A declaration: its property, its words, and all of it."""

    name: str
    words: tuple[str, ...]


_WORD = re.compile(r"(?<![\w-])[a-z][a-z-]*(?=[\s:]|$)")
"""The words of a query; what follows a colon is a feature's value."""


def style_faults(source: str) -> list[str]:
    """List what a style sheet asks of an engine and the oldest ones may not know."""
    rules = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
    return list(dict.fromkeys(_rules(rules, _grids(rules))))


def _grids(rules: Iterable[Node]) -> set[str]:
    """Return the selectors of which some rule makes a grid or columns."""
    found = set()
    for rule in _flat(rules):
        said = _declared(rule.content)
        if any(one.name == "columns" or {"grid", "inline-grid"} & set(one.words) for one in said):
            found |= _selectors(rule)
    return found


def _flat(rules: Iterable[Node]) -> Iterator[QualifiedRule]:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule
        elif rule.type == "at-rule" and rule.content and rule.lower_at_keyword == "media":
            yield from _flat(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))


def _selectors(rule: QualifiedRule) -> set[str]:
    return {one.strip() for one in tinycss2.serialize(rule.prelude).split(",")}


def _rules(rules: Iterable[Node], grids: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield from _pseudos(rule)
            yield from _declarations(rule.content, in_grid=_selectors(rule) <= grids)
        elif rule.type == "at-rule":
            yield from _at_rule(rule, grids)
        else:
            yield f"not understood: {rule.serialize()}"


def _at_rule(rule: Node, grids: set[str]) -> Iterator[str]:
    name = rule.lower_at_keyword
    if not is_known(name, AT_RULES) and name not in AT_RULES_ON_PAPER:
        yield f"@{name}"
    elif name == "page":
        yield from _declarations(rule.content, in_grid=False)
    else:
        if name == "media":
            words = re.findall(
                r"(?<![\w-])[a-z][a-z-]*(?=[\s):]|$)", tinycss2.serialize(rule.prelude).lower()
            )
            features = [word for word in words if word not in ("dark", "light", "reduce", "more")]
            yield from (
                f"@media {one}" for one in features if not is_known(one, MEDIA) and one not in TOLERATED
            )
        inner = tinycss2.parse_rule_list(rule.content or [], skip_comments=True, skip_whitespace=True)
        yield from _rules(inner, grids) if name != "keyframes" else _frames(inner)


def _frames(rules: Iterable[Node]) -> Iterator[str]:
    for rule in rules:
        yield from _declarations(rule.content, in_grid=False)


def _pseudos(rule: QualifiedRule) -> Iterator[str]:
    text = re.sub(r"\[[^\]]*\]", "", tinycss2.serialize(rule.prelude).lower())
    selectors = re.split(r",(?![^(]*\))", text)
    for name in re.findall(r"::?[a-z-]+", text):
        if is_known(name, PSEUDOS):
            continue
        if name not in TOLERATED and name not in ALONE:
            yield name
        elif not all(name in one for one in selectors):
            yield f"{name} in a list, which is void with it"


def _declared(content: Iterable[Node]) -> list[_Said]:
    found = []
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration":
            words = tuple(part.lower_value for part in one.value if part.type == "ident")
            found.append(_Said(one.lower_name, words))
    return found


def _declarations(content: Iterable[Node], *, in_grid: bool) -> Iterator[str]:
    said = _declared(content)
    beside = {one.name for one in said} | {f"{one.name}: {word}" for one in said for word in one.words}
    for one in said:
        if one.name.startswith("--"):
            continue
        if one.name in GAPS:
            if not in_grid:
                yield f"{one.name} outside a grid"
        elif not _may_stand(one.name, PROPERTIES, beside):
            yield one.name
        for value in (f"{one.name}: {word}" for word in one.words):
            if value in VALUES and not _may_stand(value, VALUES, beside):
                yield value
    yield from _parts(content)


def _may_stand(name: str, table: Versions, beside: set[str]) -> bool:
    return is_known(name, table) or name in TOLERATED or bool(beside & set(FALLBACKS.get(name, ())))


def _parts(content: Iterable[Node]) -> Iterator[str]:
    """Give the functions and units that are not known, wherever they stand; nested rules too."""
    for one in content:
        if one.type == "function":
            if not is_known(one.lower_name, FUNCTIONS):
                yield f"{one.lower_name}()"
            yield from _parts(one.arguments)
        elif one.type == "dimension" and not is_known(one.lower_unit, UNITS):
            yield one.lower_unit
        elif one.type == "{} block":
            yield "a rule inside a rule"
        elif one.type in ("() block", "[] block"):
            yield from _parts(one.content)


_SHARED = {"minping"}
"""What scripts find on the window, where one of them left it."""
_COMMENT = re.compile(r"/\*.*?\*/|(?:(?<=\s)|^)//[^\n]*", re.DOTALL | re.MULTILINE)
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"' + r"|'(?:\\.|[^'\\\n])*'")
_MEMBER = re.compile(r"(?<![.\d])\.\s*([A-Za-z_$][\w$]*)(\s*\()?")
_ATTRIBUTE = re.compile(r"\.dataset\.\w+")
_OWN = re.compile(r"(?<![.\w$])([A-Za-z_$][\w$]*)|\.([A-Za-z_$][\w$]*)\s*=(?!=)")


def bare(source: str) -> str:
    """Return a script without its comments and strings."""
    return _STRING.sub('""', _COMMENT.sub("", source))


def own_names(sources: Iterable[str]) -> set[str]:
    """List the names that scripts have made themselves: variables, keys, and what they set."""
    return _SHARED | {one or other for source in sources for one, other in _OWN.findall(bare(source))}


def script_faults(source: str, own: set[str]) -> list[str]:
    """List what a script asks of the platform and the oldest engines may lack; ``own`` are its own names."""
    text = _ATTRIBUTE.sub(".dataset", bare(source))
    members = [
        f".{name}"
        for name, called in _MEMBER.findall(text)
        # A value of its own may be called as something newer is; a method is taken for the newer one.
        if not is_known(name, MEMBERS)
        and name not in TOLERATED
        and (name not in own or (called and name in MEMBERS))
    ]
    called = re.findall(r"\bnew\s+([A-Z]\w*)|(?<![.\w$])([A-Z][a-z]\w*)\s*[.(]", text)
    globals_ = [one or other for one, other in called if not is_known(one or other, GLOBALS)]
    return list(dict.fromkeys([*members, *globals_]))
