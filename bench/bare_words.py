"""Roles and acts of the audit log that a module writes as bare strings, past the enums that declare them.

Every role is looked for everywhere. Many acts are common words (``open``, ``count``), so those are looked
for where only an act can be meant: recorded, compared with one, searched for, or listed among others.
"""

import ast
from collections.abc import Iterator, Mapping

from survey.domain.accounts.roles import Role
from survey.domain.audit.acts import Act

from .source import Module

Exempt = Mapping[str, frozenset[str]]

_PART = frozenset({Role.SCRUTINEER.value})
_ORGANISER = frozenset({Role.ORGANISER.value})
NO_ROLES: Exempt = {
    "domain.accounts.roles": frozenset(Role),
    # The part in which one signs, teller or scrutineer: both have the same role.
    "domain.count.certificate": _PART,
    # A campaign's organiser is a text of its definition: whose name stands on the ballot.
    "cli.campaigns": _ORGANISER,
    "domain.audit.corrections": _ORGANISER,
    "domain.results.correction_words": _ORGANISER,
    "web.admin.setup.begin": _ORGANISER,
    "web.admin.setup.fields.subjects": _ORGANISER,
}
NO_ACTS: Exempt = {
    "domain.audit.acts": frozenset(Act),
    # A migration that has landed is never rewritten.
    "storage.migrations.versions.0004_results": frozenset({Act.PUBLISH.value}),
    # What a second factor is asked for; the addresses of the pages say so.
    "web.admin.accounts.me": frozenset({Act.SECOND_FACTOR.value, Act.RECOVERY_CODES.value}),
}

ACTS_OF_ONE_MEANING = frozenset(act.value for act in Act if not act.value.isalpha())
"""Acts whose names are no common words."""


def bare_roles(module: Module) -> list[str]:
    """List the roles that a module writes as bare strings, each as ``line: word``."""
    return _listed(module, NO_ROLES, (one for one in _constants(module.tree) if one.value in list(Role)))


def bare_acts(module: Module) -> list[str]:
    """List the acts that a module writes as bare strings, each as ``line: word``."""
    return _listed(module, NO_ACTS, _acts(module.tree))


def _listed(module: Module, exempt: Exempt, found: Iterator[ast.Constant]) -> list[str]:
    spared = exempt.get(module.name.partition(".")[2], frozenset())
    lines = {(one.lineno, str(one.value)) for one in found if one.value not in spared}
    return [f"{line}: {word}" for line, word in sorted(lines)]


def _acts(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                yield from _given(node)
            case ast.Compare() if any(map(_is_act, (node.left, *node.comparators))):
                yield from _constants(node)
            case ast.Tuple() | ast.List() | ast.Set():
                yield from _among(node.elts)
            case ast.Dict():
                yield from _among(node.keys)
            case ast.Constant() if node.value in ACTS_OF_ONE_MEANING:
                yield node


def _given(call: ast.Call) -> Iterator[ast.Constant]:
    """Find what is recorded, whatever it is called, and what the log is searched for."""
    name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    if name == "record":
        for act in call.args[2:3]:
            yield from _constants(act)
    elif name == "last" or any(keyword.arg == "act" for keyword in call.keywords):
        given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "act")]
        yield from (one for one in given if isinstance(one, ast.Constant) and one.value in list(Act))


def _among(nodes: list[ast.expr] | list[ast.expr | None]) -> Iterator[ast.Constant]:
    """Find two acts and more beside one another."""
    words = [one for one in nodes if isinstance(one, ast.Constant) and one.value in list(Act)]
    if len(words) == len(nodes) > 1:
        yield from words


def _is_act(node: ast.expr) -> bool:
    return "act" in (getattr(node, "attr", ""), getattr(node, "id", ""))


def _constants(tree: ast.AST) -> Iterator[ast.Constant]:
    return (one for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str))
