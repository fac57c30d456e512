"""Sheets, components and bands of a definition file, with what they name elsewhere in it."""

import re
from collections.abc import Collection, Mapping

from survey.domain.definition.schema import entries_of, read_entries
from survey.domain.definition.schema_entries import CAMPAIGN_CODE
from survey.domain.definition.validation import KEY, Reader
from survey.domain.errors import Flaw

from .composite_rules import (
    RATE,
    SCORE,
    Component,
    ComponentSource,
    CompositeRules,
    RatingBand,
    ScoreSheet,
    SheetKind,
)
from .indicators import Rhythm
from .line_reader import refuse_keys, require_keys

_VALUE = re.compile(rf"{SCORE}|{RATE}{KEY.pattern}")
_NEEDED: Mapping[ComponentSource, frozenset[str]] = {
    ComponentSource.CAMPAIGN: frozenset({"campaign"}),
    ComponentSource.SHEET: frozenset({"sheet"}),
}
_OWN: Mapping[ComponentSource, frozenset[str]] = {
    ComponentSource.INDICATORS: frozenset({"indicators"}),
    ComponentSource.PERIODS: frozenset({"weights"}),
    ComponentSource.CAMPAIGN: frozenset({"campaign", "value", "row", "ratees"}),
    ComponentSource.SHEET: frozenset({"sheet"}),
    ComponentSource.ENTERED: frozenset(),
}
_ALL_OWN = frozenset().union(*_OWN.values())


def require_known(reader: Reader, key: str, value: str, known: Collection[str], what: str) -> None:
    """Note a fault where a key of a table names none of some rows; what is empty names nothing."""
    if value and value not in known:
        reader.fault(key, f'there is no {what} "{value}"', Flaw.NO_SUCH, value=value)


def keys_of_source(source: ComponentSource) -> frozenset[str]:
    """Return the keys that mean something in a component from a source."""
    return frozenset(entries_of(Component)) - (_ALL_OWN - _OWN[source])


def keys_of_sheet(kind: SheetKind) -> frozenset[str]:
    """Return the keys that mean something in a sheet of a kind."""
    known = frozenset(entries_of(ScoreSheet))
    return known if kind is SheetKind.RANK else known - {"by"}


def read_sheet(reader: Reader) -> ScoreSheet:
    """Read a sheet: one of ranks has ``by``, and trimming leaves somebody over."""
    sheet = ScoreSheet(**read_entries(reader, ScoreSheet))
    chosen = f'kind = "{sheet.kind}"'
    if sheet.kind is SheetKind.RANK:
        require_keys(reader, chosen, frozenset({"by"}))
    else:
        refuse_keys(reader, chosen, {"by"})
    trim = sheet.trim
    if trim and trim.least is not None and trim.least <= trim.high + trim.low:
        limit = trim.high + trim.low + 1
        said = f"must be at least {limit}: nobody is left where {trim.high + trim.low} are left out"
        reader.fault("trim.from", said, Flaw.TOO_SMALL, limit=limit)
    return sheet


class ComponentReader:
    """Components, read with the units, indicators and sheets that they may name."""

    def __init__(
        self, periods: Rhythm, units: Collection[str], indicators: Collection[str], sheets: Collection[str]
    ) -> None:
        self._periods = 12 // periods.months
        self._units = units
        self._indicators = indicators
        self._sheets = sheets

    def read(self, reader: Reader) -> Component:
        """Read one component; note what it needs, what it does not know, and what is nowhere defined."""
        component = Component(**read_entries(reader, Component))
        if reader.is_sound("from"):
            self._fitting(reader, component)
        require_known(reader, "sheet", component.sheet, self._sheets, "sheet")
        for place, key in enumerate(component.indicators or ()):
            require_known(reader, f"indicators[{place}]", key, self._indicators, "indicator")
        for key in component.ratees:
            require_known(reader, f"ratees.{key}", key, self._units, "unit")
        self._sound(reader, component)
        return component

    def _fitting(self, reader: Reader, component: Component) -> None:
        chosen = f'from = "{component.source}"'
        require_keys(reader, chosen, _NEEDED.get(component.source, frozenset()))
        refuse_keys(reader, chosen, set(_ALL_OWN - keys_of_source(component.source)))
        on_indicators = component.source in (ComponentSource.INDICATORS, ComponentSource.PERIODS)
        if on_indicators and not self._indicators:
            said = f"{chosen} needs indicators; there are none"
            reader.fault("from", said, Flaw.NOTHING_ASKED)

    def _sound(self, reader: Reader, component: Component) -> None:
        for key in ("campaign", "sheet"):
            if reader.is_sound(key) and not reader.table[key].strip():
                reader.fault(key, "must not be empty", Flaw.EMPTY)
        campaign = component.campaign
        if campaign.strip() and not CAMPAIGN_CODE.fullmatch(campaign):
            said = f'"{campaign}" is no campaign\'s code: a–z, 0–9 and - only'
            reader.fault("campaign", said, Flaw.NOT_KEY, value=campaign)
        if not _VALUE.fullmatch(component.value):
            said = f'"{component.value}" is neither "score" nor "rate:" and the key of a rate'
            reader.fault("value", said, Flaw.NOT_CHOICE, value=component.value)
        if component.weights and len(component.weights) != self._periods:
            said = f"must hold {self._periods} numbers, one a period, not {len(component.weights)}"
            short = len(component.weights) < self._periods
            reader.fault("weights", said, Flaw.TOO_FEW if short else Flaw.TOO_MANY, limit=self._periods)
        elif component.weights and not any(component.weights) and reader.is_sound("weights"):
            reader.fault("weights", "must not all be 0", Flaw.NO_WEIGHT)


def read_composite(reader: Reader) -> CompositeRules:
    """Read how totals are made: bands from the highest down, the ceiling one of them."""
    rows = entries_of(CompositeRules)["bands"]
    highest = _HighestFirst()
    rules = CompositeRules(
        **read_entries(reader, CompositeRules, {"bands": lambda _: rows.read(reader, row=highest.read)})
    )
    keys = [band.key for band in rules.bands]
    require_known(reader, "binding_ceiling", rules.binding_ceiling, keys, "band")
    return rules


class _HighestFirst:
    """Bands in their order: none may begin above the one before it."""

    def __init__(self) -> None:
        self._before: RatingBand | None = None

    def read(self, reader: Reader) -> RatingBand:
        band = RatingBand(**read_entries(reader, RatingBand))
        before, self._before = self._before, band
        if before and band.at_least > before.at_least and reader.is_sound("at_least"):
            said = f"must not be above that of the band before it, {before.key}"
            reader.fault("at_least", said, Flaw.NOT_FALLING)
        return band
