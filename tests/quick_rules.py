"""Let the many applications that tests make share what werkzeug compiles for each address.

It writes and compiles two small functions a rule, which takes most of the time that an application takes to
make; they depend on nothing but the rule's text.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_made: dict[tuple[Any, ...], Callable[..., Any]] = {}


def share_compiled_rules() -> None:
    """Keep the functions of rules without defaults for the next application."""
    compile_anew = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        if rule.defaults:
            return compile_anew(rule, append_unknown)
        key = (append_unknown, *rule._trace)
        if key not in _made:
            _made[key] = compile_anew(rule, append_unknown)
        return _made[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]
