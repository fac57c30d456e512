"""An assessment's definition: one year's round of one office, with everything that it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated

from survey.domain.definition.schema import N_, RowsEntry, SchemaKey, TableEntry, entries_of
from survey.domain.definition.schema_entries import (
    ChoiceEntry,
    CodeEntry,
    KeyEntry,
    NamedEntry,
    NumberEntry,
    TextEntry,
    WholeEntry,
    ZoneEntry,
)

from .composite_rules import Component, CompositeRules, EntryCaps, EntryItem, RatingBand, ScoreSheet
from .entry_kinds import MapEntry
from .indicators import Indicator, Rhythm

MAX_UNITS = 1000
MAX_INDICATORS = 500


@dataclass(frozen=True, kw_only=True)
class AssessmentTable:
    """What ``[assessment]`` says: what it is called, of which year, and how often units report."""

    code: Annotated[str, CodeEntry()]
    title: Annotated[str, TextEntry(N_("考核名称"))]
    office: Annotated[str, TextEntry(N_("考核办"))]
    year: Annotated[int, WholeEntry(N_("年度"), least=1990, most=2999)]
    periods: Annotated[
        Rhythm,
        ChoiceEntry(
            N_("多久填报一次"),
            words={Rhythm.MONTH: N_("每月"), Rhythm.QUARTER: N_("每季度")},
        ),
    ] = Rhythm.MONTH
    report_by: Annotated[int, WholeEntry(N_("次月几日前填报"), least=1, most=28)] = 5
    time_zone: Annotated[str, ZoneEntry(N_("时区"))] = "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True)
class UnitClass:
    """Units that are ranked among each other and share quotas."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("考核类别"))]


@dataclass(frozen=True, kw_only=True)
class Department:
    """A department that answers for indicators and is not assessed itself."""

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("部门"))]


@dataclass(frozen=True, kw_only=True)
class AssessedUnit:
    """A unit that is assessed; ``class_key`` is whose class it is ranked in."""

    key: Annotated[str, KeyEntry()]
    class_key: Annotated[str, NamedEntry(N_("考核类别"), of="classes", key="class")]
    label: Annotated[str, TextEntry(N_("单位"))]
    head: Annotated[str, TextEntry(N_("主要负责人"))] = ""
    leader: Annotated[str, TextEntry(N_("包抓领导"))] = ""
    factor: Annotated[Fraction, NumberEntry(N_("难度系数"), above_zero=True)] = Fraction(1)


class LightsBy(StrEnum):
    """What decides between green and red."""

    PACE = "pace"
    AVERAGE = "average"
    RANK = "rank"


class Light(StrEnum):
    """How an indicator stands; grey where nothing is accepted."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


LIGHT_WORDS: Mapping[Light, str] = {
    Light.GREEN: N_("绿灯"),
    Light.YELLOW: N_("黄灯"),
    Light.RED: N_("红灯"),
    Light.GREY: N_("未报"),
}


@dataclass(frozen=True, kw_only=True)
class LightRules:
    """When an indicator is green, yellow or red, and what the office calls these (``labels``)."""

    by: Annotated[
        LightsBy,
        ChoiceEntry(
            N_("亮灯依据"),
            words={
                LightsBy.PACE: N_("序时进度"),
                LightsBy.AVERAGE: N_("本类平均完成率"),
                LightsBy.RANK: N_("名次"),
            },
        ),
    ] = LightsBy.PACE
    yellow: Annotated[Fraction, NumberEntry(N_("黄灯下限"), above_zero=True)] = Fraction(9, 10)
    green_first: Annotated[int, WholeEntry(N_("前几名绿灯"), least=1)] = 1
    red_last: Annotated[int, WholeEntry(N_("后几名红灯"), least=1)] = 1
    labels: Annotated[Mapping[str, str], MapEntry(N_("灯的名称"), of="lights")] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AssessmentDefinition(AssessmentTable):
    """Everything that is fixed about an assessment when it is issued; ``digest`` names exactly this text."""

    digest: str
    classes: Annotated[tuple[UnitClass, ...], RowsEntry(N_("考核类别"), of=UnitClass, least=1, most=100)]
    units: Annotated[
        tuple[AssessedUnit, ...], RowsEntry(N_("单位"), of=AssessedUnit, least=1, most=MAX_UNITS)
    ]
    departments: Annotated[tuple[Department, ...], RowsEntry(N_("部门"), of=Department)] = ()
    indicators: Annotated[
        tuple[Indicator, ...], RowsEntry(N_("指标"), of=Indicator, most=MAX_INDICATORS)
    ] = ()
    lights: Annotated[LightRules, TableEntry(N_("预警"), of=LightRules)] = field(default_factory=LightRules)
    items: Annotated[tuple[EntryItem, ...], RowsEntry(N_("加减分项"), of=EntryItem)] = ()
    caps: Annotated[EntryCaps, TableEntry(N_("加减分合计"), of=EntryCaps)] = field(default_factory=EntryCaps)
    sheets: Annotated[tuple[ScoreSheet, ...], RowsEntry(N_("评分表"), of=ScoreSheet)] = ()
    components: Annotated[tuple[Component, ...], RowsEntry(N_("组成部分"), of=Component, least=1)]
    composite: Annotated[CompositeRules, TableEntry(N_("总分和等次"), of=CompositeRules)] = field(
        default_factory=CompositeRules
    )

    @cached_property
    def unit(self) -> dict[str, AssessedUnit]:
        """Map keys to units."""
        return {unit.key: unit for unit in self.units}

    @cached_property
    def class_of(self) -> dict[str, UnitClass]:
        """Map the keys of units to their classes."""
        known = {one.key: one for one in self.classes}
        return {unit.key: known[unit.class_key] for unit in self.units}

    @cached_property
    def units_of(self) -> dict[str, tuple[AssessedUnit, ...]]:
        """Map the keys of classes to their units, as defined."""
        return {
            one.key: tuple(unit for unit in self.units if unit.class_key == one.key) for one in self.classes
        }

    @cached_property
    def indicator(self) -> dict[str, Indicator]:
        """Map keys to indicators."""
        return {indicator.key: indicator for indicator in self.indicators}

    @cached_property
    def item(self) -> dict[str, EntryItem]:
        """Map keys to items of bonus and deduction."""
        return {item.key: item for item in self.items}

    @cached_property
    def sheet(self) -> dict[str, ScoreSheet]:
        """Map keys to sheets."""
        return {sheet.key: sheet for sheet in self.sheets}

    @cached_property
    def component(self) -> dict[str, Component]:
        """Map keys to components."""
        return {component.key: component for component in self.components}

    @cached_property
    def band(self) -> dict[str, RatingBand]:
        """Map keys to bands."""
        return {band.key: band for band in self.composite.bands}

    def unit_name(self, key: str) -> str:
        """Return what a unit is called; its key where this version has no such unit."""
        return self.unit[key].label if key in self.unit else key

    def indicator_name(self, key: str) -> str:
        """Return what an indicator is called; its key where there is none."""
        return self.indicator[key].label if key in self.indicator else key

    @cached_property
    def parties(self) -> dict[str, str]:
        """Map the keys of departments and units to what they are called."""
        return {one.key: one.label for one in self.departments} | {u.key: u.label for u in self.units}

    def party(self, key: str) -> str:
        """Return what a department or unit is called."""
        return self.parties.get(key, key)


ASSESSMENT_TABLES = {
    "assessment": SchemaKey(
        "assessment", "assessment", TableEntry(N_("基本信息"), of=AssessmentTable), required=True
    )
} | {key: known for key, known in entries_of(AssessmentDefinition).items() if known.of}
"""The tables of an assessment's definition file, each with all that it may hold."""
