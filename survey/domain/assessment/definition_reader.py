"""From the parsed definition file of an assessment to its definition, or to the list of all its faults."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from survey.domain.definition.canonical import digest
from survey.domain.definition.reader import is_zone
from survey.domain.definition.schema import Read, entries_of, read_entries
from survey.domain.definition.validation import Faults, Reader
from survey.domain.errors import Flaw, InvalidDefinition

from .composite_rules import Component, CompositeRules
from .definition import (
    ASSESSMENT_TABLES,
    AssessedUnit,
    AssessmentDefinition,
    AssessmentTable,
    Light,
    LightRules,
)
from .indicators import Indicator, Reporter, Rhythm
from .line_reader import read_line
from .part_reader import ComponentReader, read_composite, read_sheet, require_known

FORMAT = 1
KIND = "assessment"


def read_assessment(data: Mapping[str, Any]) -> AssessmentDefinition:
    """Check a parsed definition file and build the assessment's definition.

    ``data`` is what a TOML parser returns with decimals kept as ``Decimal``. Raises ``InvalidDefinition``
    with every fault, in the order of the file's tables.
    """
    faults = Faults()
    top = Reader(faults, data)
    _require_kind(top)
    read = _Tables(top).read()
    top.finish()
    if faults.found:
        raise InvalidDefinition(faults.found)
    return AssessmentDefinition(digest=digest(data), **read)


def _require_kind(top: Reader) -> None:
    if top.integer("format", least=FORMAT, most=FORMAT) is None and not top.has("format"):
        top.fault("format", "is missing; write format = 1", Flaw.MISSING)
    kind = top.text("kind", "")
    if not top.has("kind"):
        top.fault("kind", f'is missing; write kind = "{KIND}"', Flaw.MISSING)
    elif kind != KIND and top.is_sound("kind"):
        said = f'"{kind}" is none of: {KIND}'
        top.fault("kind", said, Flaw.NOT_CHOICE, value=kind)


class _Tables:
    """The tables of a file, read in an order in which what one names was read before."""

    def __init__(self, top: Reader) -> None:
        self._top = top
        self._periods = Rhythm.MONTH
        self._keys: dict[str, dict[str, Any]] = {}

    def read(self) -> Read:
        top, tables = self._top, ASSESSMENT_TABLES
        read = self._assessment()
        for key in ("classes", "departments"):
            self._note(key, tables[key].read(top))
        self._note("units", tables["units"].read(top, row=self._unit))
        self._note("indicators", tables["indicators"].read(top, row=self._indicator))
        read["lights"] = self._lights()
        read["items"] = tables["items"].read(top)
        read["caps"] = tables["caps"].read(top)
        self._note("sheets", tables["sheets"].read(top, row=read_sheet))
        read["components"] = self._components()
        read["composite"] = self._composite()
        return read | {key: tuple(rows.values()) for key, rows in self._keys.items()}

    def _note(self, key: str, rows: tuple[Any, ...]) -> None:
        self._keys[key] = {row.key: row for row in rows}

    def _assessment(self) -> Read:
        reader = self._top.part("assessment", required=True)
        if reader is None:
            return {}
        read = read_entries(reader, AssessmentTable)
        if reader.is_sound("time_zone") and not is_zone(read["time_zone"]):
            zone = read["time_zone"]
            reader.fault("time_zone", f'"{zone}" is no IANA time zone', Flaw.NOT_ZONE, value=zone)
        if read["periods"] is Rhythm.YEAR:
            reader.fault("periods", '"year" is none of: month, quarter', Flaw.NOT_CHOICE, value="year")
        else:
            self._periods = read["periods"]
        reader.finish()
        return read

    def _unit(self, reader: Reader) -> AssessedUnit:
        unit = AssessedUnit(**read_entries(reader, AssessedUnit))
        require_known(reader, "class", unit.class_key, self._keys["classes"], "class")
        return unit

    def _indicator(self, reader: Reader) -> Indicator:
        lines = entries_of(Indicator)["score"]
        own = {
            "reported": lambda _: reader.choice("reported", Rhythm, self._periods),
            "score": lambda _: lines.read(reader, row=read_line),
        }
        indicator = Indicator(**read_entries(reader, Indicator, own))
        for place, key in enumerate(indicator.classes or ()):
            require_known(reader, f"classes[{place}]", key, self._keys["classes"], "class")
        parties = self._keys["departments"] | self._keys["units"]
        require_known(reader, "lead", indicator.lead, parties, "department or unit")
        if indicator.source is Reporter.LEAD and not reader.has("lead"):
            reader.fault("lead", 'is missing; source = "lead" needs it', Flaw.MISSING)
        return replace(indicator, classes=indicator.classes or tuple(self._keys["classes"]))

    def _lights(self) -> LightRules:
        reader = self._top.part("lights")
        if reader is None:
            return LightRules()
        labels = entries_of(LightRules)["labels"]
        own = {"labels": lambda _: _listed(reader) or labels.read(reader)}
        rules = LightRules(**read_entries(reader, LightRules, own))
        for key in rules.labels:
            if key not in list(Light):
                said = f'"{key}" is none of: {", ".join(Light)}'
                reader.fault(f"labels.{key}", said, Flaw.NOT_CHOICE, value=key)
        reader.finish()
        return rules

    def _components(self) -> tuple[Component, ...]:
        keys = self._keys
        reader = ComponentReader(self._periods, keys["units"], keys["indicators"], keys["sheets"])
        components: tuple[Component, ...] = ASSESSMENT_TABLES["components"].read(self._top, row=reader.read)
        if components and not any(component.weight for component in components):
            self._top.fault("components", "must have a weight above 0", Flaw.NO_WEIGHT)
        return components

    def _composite(self) -> CompositeRules:
        reader = self._top.part("composite")
        if reader is None:
            return CompositeRules()
        rules = read_composite(reader)
        reader.finish()
        return rules


def _listed(reader: Reader) -> Mapping[str, str]:
    """Read labels of lights given as a list, in the order green, yellow, red, grey; empty where none is."""
    if not isinstance(reader.table.get("labels"), list):
        return {}
    words = reader.words("labels", least=1) or ()
    if len(words) > len(Light):
        reader.fault("labels", f"must hold at most {len(Light)}", Flaw.TOO_MANY, limit=len(Light))
    return dict(zip(Light, words, strict=False))
