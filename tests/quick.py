"""Let the many applications that tests make share what is compiled for each address and each template.

werkzeug writes and compiles two small functions a rule, which takes most of the time that an application
takes to make; they depend on nothing but the rule's text. Jinja compiles every template for each application.
"""

from collections.abc import Callable
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
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


class SharedTemplates(BytecodeCache):
    """Compiled templates, kept for the length of the run; a bucket's key and checksum name its source."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


shared_templates = SharedTemplates()
