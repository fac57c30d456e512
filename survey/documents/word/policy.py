"""What a Word template may say: placeholders and loops over given lists, nothing that runs or grows.

A template comes from an office and is rendered on the server, so its language is cut down to what such a
document needs. What is not on the list of nodes below is refused, before anything is rendered.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_OUTPUT = 64 * 1024 * 1024
MAX_RENDERING = 20.0
"""Seconds of processor time: a busy machine refuses nothing that a quiet one takes."""
MAX_NESTED = 4
LOOP_FACTS = ("first", "last", "index", "length")
"""What of a loop may be asked for."""

_PLAIN = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Const,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)
_COMPARED = ("eq", "ne")
_OWN = ("self", "super", "caller", "varargs", "kwargs")
"""Names that the library gives a meaning."""


class NotAllowed(TemplateSyntaxError):
    """A template asks for something that is not on the list; ``what`` names it."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(f"not allowed in a Word template: {what}", line)
        self.what = what


class TooMuch(Exception):
    """Rendering a template takes too long or yields too much."""


class Policy(ImmutableSandboxedEnvironment):
    """The sandbox of the library, with less in it and, for strangers' templates, bounds on time and size."""

    def __init__(self, *, bounded: bool = True) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self._bounded = bounded
        self.filters.clear()
        self.tests.clear()
        self.globals.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        require_plain(tree)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look an attribute up in a mapping, or one of a loop's plain facts; methods do not exist."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP_FACTS:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def concat(self, pieces: Iterable[str]) -> str:
        """Join what a template yields, as long as that is within bounds; raises ``TooMuch``."""
        size, until, kept = 0, time.thread_time() + MAX_RENDERING, []
        for piece in pieces:
            size += len(piece)
            if self._bounded and (size > MAX_OUTPUT or time.thread_time() > until):
                raise TooMuch
            kept.append(piece)
        return "".join(kept)


def require_plain(tree: nodes.Template) -> None:
    """Refuse with ``NotAllowed`` what is not on the list, and loops that multiply."""
    _walk(tree, ())


def _walk(node: nodes.Node, loops: tuple[str, ...]) -> None:
    if not isinstance(node, _PLAIN):
        raise NotAllowed(type(node).__name__.lower(), node.lineno)
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise NotAllowed(node.attr, node.lineno)
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "loop":
        if node.attr not in LOOP_FACTS:
            raise NotAllowed(f"loop.{node.attr}", node.lineno)
        return
    if isinstance(node, nodes.Name) and node.name in (*_OWN, "loop"):
        raise NotAllowed(node.name, node.lineno)
    if isinstance(node, nodes.Compare) and any(one.op not in _COMPARED for one in node.ops):
        raise NotAllowed("comparison", node.lineno)
    if isinstance(node, nodes.For):
        loops = (*loops, _looped(node, loops))
    for child in node.iter_child_nodes():
        _walk(child, loops)


def _looped(node: nodes.For, loops: tuple[str, ...]) -> str:
    """Return the name that a loop gives; a loop in a loop must run over something of the inner one's item.

    So each item of the data is met once for every loop that is written, and nothing is multiplied.
    """
    if node.recursive or node.test or node.else_ or not isinstance(node.target, nodes.Name):
        raise NotAllowed("for", node.lineno)
    if len(loops) >= MAX_NESTED or node.target.name in (*loops, "loop"):
        raise NotAllowed("for in for", node.lineno)
    root = node.iter
    while isinstance(root, nodes.Getattr):
        root = root.node
    if not isinstance(root, nodes.Name):
        raise NotAllowed("for", node.lineno)
    # At the outermost only whole lists; within, only what hangs on the item of the loop around.
    if loops and (root.name != loops[-1] or root is node.iter):
        raise NotAllowed("for in for", node.lineno)
    return node.target.name


def plain(value: Any) -> bool:
    """Return whether a value is data only: texts, and lists and mappings of them."""
    if isinstance(value, str | bool):
        return True
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and plain(one) for key, one in value.items())
    return isinstance(value, list | tuple) and all(plain(one) for one in value)
