"""Let the many applications that tests make share what depends on the programme's text alone.

werkzeug parses each address and writes and compiles two small functions for it, which takes most of the time
that an application takes to make. Jinja compiles every template, SQLAlchemy every statement, for each
application anew.
"""

from dataclasses import dataclass
from threading import get_ident
from typing import Any

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState
from flask_sqlalchemy import SQLAlchemy
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule
from werkzeug.routing.matcher import State

from survey.documents.export.formats import Audience, offered_to
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


@dataclass(frozen=True)
class _Registered:
    """What a blueprint's addresses left in an application: its rules as a tree and as lists, its views."""

    tree: State
    rules: dict[str, list[Rule]]
    views: dict[str, Any]


_registered: dict[tuple[Any, ...], _Registered] = {}
_laying_down: list[Flask] = []


def share_registered_blueprints() -> None:
    """Keep the addresses of a blueprint for the next application that has the same ones before it.

    All else that a blueprint does to an application it does to each. Rules do not change once they are read,
    and the lists and trees that hold them are each application's own.
    """
    register_anew, add_anew = Flask.register_blueprint, BlueprintSetupState.add_url_rule

    def add_url_rule(state: BlueprintSetupState, *arguments: Any, **options: Any) -> None:
        if state.app not in _laying_down:
            add_anew(state, *arguments, **options)

    def register_once(app: Flask, blueprint: Blueprint, **options: Any) -> None:
        place = app.url_map
        if options or place.host_matching:
            register_anew(app, blueprint, **options)
            return
        key = (blueprint, app.config["PROVIDE_AUTOMATIC_OPTIONS"], *_read_by(place))
        if key not in _registered:
            before = dict(app.view_functions)
            register_anew(app, blueprint)
            place.update()
            views = {name: view for name, view in app.view_functions.items() if name not in before}
            _registered[key] = _Registered(_copy_of(place._matcher._root), _lists(place), views)
            return
        _laying_down.append(app)
        try:
            register_anew(app, blueprint)
        finally:
            _laying_down.remove(app)
        made = _registered[key]
        place._matcher._root = _copy_of(made.tree)
        place._rules_by_endpoint = {name: list(rules) for name, rules in made.rules.items()}
        place._remap = False  # kept in their order
        app.view_functions.update(made.views)

    Flask.register_blueprint = register_once  # type: ignore[method-assign]
    BlueprintSetupState.add_url_rule = add_url_rule  # type: ignore[method-assign]


def _read_by(place: Map) -> tuple[Any, ...]:
    """Return all that says how more addresses are read: those before them, converters and formats."""
    before = tuple((rule.rule, rule.endpoint, frozenset(rule.methods or ())) for rule in place._rules)
    formats = tuple(tuple(offered_to(audience)) for audience in Audience)
    return before, tuple(place.converters.items()), formats


def _lists(place: Map) -> dict[str, list[Rule]]:
    return {name: list(rules) for name, rules in place._rules_by_endpoint.items()}


def _copy_of(state: State) -> State:
    """Return a tree of rules that may grow without the other; the rules are the same."""
    return State(
        [(part, _copy_of(follows)) for part, follows in state.dynamic],
        list(state.rules),
        {name: _copy_of(follows) for name, follows in state.static.items()},
    )


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


class SharedTemplates(BytecodeCache):
    """Compiled templates, kept for the length of the run; a bucket's key and checksum name its source."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


shared_templates = SharedTemplates()
