"""What bonus and deduction come to: entries summed per item within its cap, then within the caps of all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from survey.domain.assessment.composite_rules import EntryItem
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import PointEntry
from survey.domain.assessment.indicators import ZERO
from survey.domain.assessment.outcome import EntrySums
from survey.domain.assessment.scoring.number_words import short


def sum_entries(definition: AssessmentDefinition, entries: Iterable[PointEntry]) -> dict[str, EntrySums]:
    """Sum the entries of every unit, in the order of the definition; those taken back are not among them."""
    found: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        found[entry.unit][entry.item].append(entry.points)
    return {unit.key: _sums(definition, found.get(unit.key, {})) for unit in definition.units}


def _sums(definition: AssessmentDefinition, found: Mapping[str, Sequence[Fraction]]) -> EntrySums:
    items = [definition.item[key] for key in definition.item if key in found]
    sums = [(item, _within(item, found[item.key])) for item in items]
    bonus = sum((points for _, points in sums if points > 0), ZERO)
    deduction = -sum((points for _, points in sums if points < 0), ZERO)
    caps = definition.caps
    words = [_item_words(item, found[item.key], points) for item, points in sums]
    for name, whole, cap in (("加分", bonus, caps.bonus), ("减分", deduction, caps.deduction)):
        if cap is not None and whole > cap:
            words.append(f"{name}合计 {short(whole)}，最多 {short(cap)}，计 {short(cap)}")
    return EntrySums(_least(bonus, caps.bonus), _least(deduction, caps.deduction), "；".join(words))


def _within(item: EntryItem, points: Sequence[Fraction]) -> Fraction:
    whole = sum((_one(item, each) for each in points), ZERO)
    return whole if item.cap is None else max(-item.cap, min(item.cap, whole))


def _one(item: EntryItem, points: Fraction) -> Fraction:
    """Keep one entry within the most of one: an amendment may have lowered it since."""
    if item.each is None:
        return points
    return min(points, item.each) if item.each >= 0 else max(points, item.each)


def _least(whole: Fraction, cap: Fraction | None) -> Fraction:
    return whole if cap is None else min(whole, cap)


def _item_words(item: EntryItem, points: Sequence[Fraction], counted: Fraction) -> str:
    first, *others = points
    added = "".join(f" {'−' if each < 0 else '＋'} {short(abs(each))}" for each in others)
    said = [f"{item.label}：{short(first)}{added}"]
    if item.each is not None and any(_one(item, each) != each for each in points):
        said.append(f"一次最多 {short(abs(item.each))}")
    if item.cap is not None and counted != sum((_one(item, each) for each in points), ZERO):
        said.append(f"本项最多 {short(item.cap)}")
    return "，".join([*said, f"计 {short(counted)}"])
