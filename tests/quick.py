"""Let the many applications that tests make share what depends on the programme's text alone.

werkzeug parses each address and writes and compiles two small functions for it, which takes most of the time
that an application takes to make. Jinja compiles every template, SQLAlchemy every statement, for each
application anew.
"""

from pathlib import Path
from threading import get_ident
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from fontTools.ttLib import TTFont
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from survey.documents.fonts import FONTS
from survey.storage.database import WriteTurn

_MADE_OF_A_RULE = ("_parts", "_trace", "_converters", "arguments")
_rules: dict[tuple[Any, ...], tuple[dict[str, Any], Any, Any]] = {}
_statements: dict[type, LRUCache[Any, Any]] = {}


def share_compiled_rules() -> None:
    """Keep what is made of a rule without defaults for the next application; each gets its own containers."""
    compile_anew = Rule.compile

    def compile_once(rule: Rule) -> None:
        place = rule.map
        assert place is not None
        # A part that is given arguments may go by more than the rule's text, as formats go by their registry.
        if rule.defaults or place.host_matching or "(" in rule.rule.replace("<int(", "<int"):
            compile_anew(rule)
            return
        key = (rule.rule, rule.subdomain, rule.merge_slashes, *place.converters.values())
        if key not in _rules:
            compile_anew(rule)
            made = {name: type(value)(value) for name in _MADE_OF_A_RULE for value in [getattr(rule, name)]}
            _rules[key] = made, rule._build.__func__, rule._build_unknown.__func__  # type: ignore[attr-defined]
            return
        made, build, build_unknown = _rules[key]
        for name, value in made.items():
            setattr(rule, name, type(value)(value))
        rule._build = build.__get__(rule, None)
        rule._build_unknown = build_unknown.__get__(rule, None)

    Rule.compile = compile_once  # type: ignore[method-assign]


def share_compiled_statements() -> None:
    """Keep compiled statements for the next application on the same kind of database."""
    make_anew = SQLAlchemy._make_engine

    def make(extension: SQLAlchemy, *arguments: Any) -> Engine:
        engine = make_anew(extension, *arguments)
        kind = type(engine.dialect)
        assert issubclass(kind, DefaultDialect)
        # A statement is kept under its dialect; those of one kind write the same.
        kind.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[assignment, method-assign]
        kind.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]
        kept = _statements.setdefault(kind, LRUCache(2000))
        engine.update_execution_options(compiled_cache=kept)
        return engine

    SQLAlchemy._make_engine = make  # type: ignore[method-assign]


def refuse_to_wait_for_oneself() -> None:
    """Let a thread that writes and would write once more beside it fail at once, not after 20 seconds."""
    take, give_back = WriteTurn.take, WriteTurn.give_back
    writers: dict[int, WriteTurn] = {}

    def take_once(turn: WriteTurn) -> None:
        holder = writers.setdefault(get_ident(), turn)
        assert holder is turn, "a write transaction inside another one of the same thread"
        take(turn)

    def give_back_once(turn: WriteTurn) -> None:
        if writers.get(get_ident()) is turn:
            del writers[get_ident()]
        give_back(turn)

    WriteTurn.take = take_once  # type: ignore[method-assign]
    WriteTurn.give_back = give_back_once  # type: ignore[method-assign]


def share_names_of_glyphs() -> None:
    """Keep the names that are made up for the glyphs of a font; each PDF makes them anew, 30,000 a face."""
    make_anew = TTFont._getGlyphNamesFromCmap
    known: dict[str, list[str]] = {}

    def make_once(font: TTFont) -> None:
        name = getattr(getattr(font.reader, "file", None), "name", None)
        if not isinstance(name, str) or Path(name) not in FONTS.values():
            make_anew(font)
        elif name in known:
            font.glyphOrder = list(known[name])
        else:
            make_anew(font)
            known[name] = list(font.glyphOrder)

    TTFont._getGlyphNamesFromCmap = make_once  # type: ignore[method-assign]


class SharedTemplates(BytecodeCache):
    """Compiled templates, kept for the length of the run; a bucket's key and checksum name its source."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


shared_templates = SharedTemplates()
