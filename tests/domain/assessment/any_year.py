"""Years as offices could define them: any method, rhythm, part and band, with any numbers."""

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import (
    CountedValue,
    EnteredValue,
    Evidence,
    Lacking,
    PointEntry,
    SheetPoints,
    Target,
    Targets,
    UnitVeto,
)
from survey.domain.assessment.periods import due_in, periods_of

UNITS = ("u1", "u2", "u3", "u4", "u5")
DAY = date(2026, 12, 31)

shares = st.sampled_from([0, 1]) | st.decimals(0, 1, places=2, allow_nan=False)
positive = st.integers(1, 20) | st.decimals("0.1", 9, places=1, allow_nan=False)
points = st.integers(0, 20)
numbers = (
    st.sampled_from([0, 1, -1]) | st.integers(-50, 200) | st.decimals(-50, 200, places=2, allow_nan=False)
)


def table(needed: dict[str, Any], **optional: Any) -> Any:
    return st.fixed_dictionaries(needed, optional=optional)


pairs = st.lists(st.tuples(numbers, shares).map(list), min_size=1, max_size=4, unique_by=lambda pair: pair[0])
_METHODS: dict[str, Any] = {
    "complete": ({}, {"cap": positive, "least": shares}),
    "reach": ({}, {}),
    "step": (
        {"per": positive, "size": positive},
        {"start": shares, "relative": st.booleans(), "whole": st.booleans(), "up": points, "down": points},
    ),
    "scale": ({"at": pairs}, {"between": st.sampled_from(["step", "linear"]), "under": shares}),
    "rank": ({"by": shares}, {"qualify": st.booleans()}),
    "best": ({}, {}),
    "spread": ({}, {"low": shares, "full": st.integers(101, 200), "none": st.integers(-50, 50)}),
    "deduct": ({"per": positive}, {}),
    "judged": ({}, {}),
}
lines = st.one_of(
    [
        table(
            {"points": points, "method": st.just(method), **needed},
            of=st.sampled_from(["value", "completion", "growth"]),
            target=numbers,
            **optional,
        )
        for method, (needed, optional) in _METHODS.items()
    ]
)


def indicator(key: str) -> Any:
    return table(
        {"key": st.just(key), "label": st.just(key), "measure": st.sampled_from(["%", "亿元"]),
         "score": st.lists(lines, min_size=1, max_size=2)},
        group=st.sampled_from(["common", "specific", "binding"]),
        binding=st.booleans(),
        classes=st.sampled_from([["a"], ["b"], ["a", "b"]]),
        better=st.sampled_from(["higher", "lower"]),
        runs=st.sampled_from(["sum", "level"]),
        reported=st.sampled_from(["month", "quarter", "year"]),
        lead=st.just("u1"),
    )  # fmt: skip


def components(periods: int) -> Any:
    own = [
        {"from": st.just("indicators")},
        {"from": st.just("indicators"), "indicators": st.just(["i1"])},
        {"from": st.just("periods")},
        {
            "from": st.just("periods"),
            "weights": st.lists(st.integers(1, 9), min_size=periods, max_size=periods),
        },
        {"from": st.just("campaign"), "campaign": st.just("votes")},
        {"from": st.just("sheet"), "sheet": st.sampled_from(["s1", "s2"])},
        {"from": st.just("entered")},
    ]
    one = st.one_of([table({"weight": positive, **keys}, at=pairs, factor=st.booleans()) for keys in own])
    return st.lists(one, min_size=1, max_size=4).map(
        lambda rows: [row | {"key": f"c{place}", "label": f"c{place}"} for place, row in enumerate(rows)]
    )


@st.composite
def files(draw: Any) -> dict[str, Any]:
    """Draw a parsed definition file without a fault."""
    periods = draw(st.sampled_from(["month", "quarter"]))
    bands = draw(
        st.lists(st.tuples(st.integers(0, 100), st.sampled_from([None, 0, 1, 2, "20%", "50%"])), max_size=4)
    )
    named = [
        {"key": f"b{place}", "label": f"b{place}", "at_least": least}
        | ({} if quota is None else {"quota": quota})
        for place, (least, quota) in enumerate(sorted(bands, key=lambda band: -band[0]))
    ]
    composite = draw(
        table(
            {"bands": st.just(named)},
            combine=st.sampled_from(["sum", "lowest"]),
            missing=st.sampled_from(["withhold", "renormalise", "zero"]),
            unassigned=st.sampled_from(["rescale", "full"]),
            bonus=st.sampled_from(["points", "tie-break"]),
            rounding=table(
                {}, items=st.integers(0, 3), components=st.integers(0, 3), total=st.integers(0, 3)
            ),
            **({"binding_ceiling": st.sampled_from([band["key"] for band in named])} if named else {}),
        )
    )
    return {
        "format": 1,
        "kind": "assessment",
        "assessment": {"code": "any", "title": "t", "office": "o", "year": 2026, "periods": periods},
        "classes": [{"key": "a", "label": "a"}, {"key": "b", "label": "b"}],
        "units": [
            {"key": key, "label": key, "class": draw(st.sampled_from("ab")), "factor": draw(positive)}
            for key in UNITS
        ],
        "indicators": [draw(indicator(key)) for key in ("i1", "i2", "i3")],
        "lights": draw(
            table(
                {},
                by=st.sampled_from(["pace", "average", "rank"]),
                yellow=positive,
                green_first=st.integers(1, 3),
            )
        ),
        "items": [
            {"key": "plus", "label": "plus", "each": 2, "cap": 3},
            {"key": "minus", "label": "minus", "each": -1},
        ],
        "caps": draw(table({}, bonus=points, deduction=points)),
        "sheets": [
            {"key": "s1", "title": "s1", "lines": [{"key": "l", "label": "l", "points": 100}],
             "trim": {"from": 3}},
            {"key": "s2", "title": "s2", "lines": [{"key": "l", "label": "l", "points": 100}],
             "kind": "rank", "by": draw(shares)},
        ],
        "components": draw(components(12 if periods == "month" else 4)),
        "composite": composite,
    }  # fmt: skip


def _exact(draw: Any) -> Fraction:
    return Fraction(draw(numbers))


def _targets(draw: Any, definition: AssessmentDefinition) -> Targets:
    found = {}
    for unit in definition.units:
        for one in definition.indicators:
            if unit.class_key in one.classes and draw(st.sampled_from([True, True, True, False])):
                plan = tuple(_exact(draw) if draw(st.booleans()) else None for _ in range(12))
                stretched = Fraction(draw(points)) if one.points and draw(st.booleans()) else None
                found[unit.key, one.key] = Target(
                    unit.key, one.key, _exact(draw), _exact(draw), plan, stretched
                )
    return found


def _evidence(draw: Any, definition: AssessmentDefinition, targets: Targets) -> Evidence:
    periods = [period for period in periods_of(definition) if draw(st.booleans())]
    actuals = {
        period: {
            task: _exact(draw)
            for task in targets
            if due_in(definition, definition.indicator[task[1]], period) and draw(st.booleans())
        }
        for period in periods
    }
    scorers = draw(st.integers(0, 4))
    bands = [band.key for band in definition.composite.bands]
    entered = [one.key for one in definition.components if draw(st.booleans())]
    campaigns = [one.key for one in definition.components if one.campaign]
    given = st.sampled_from(
        [CountedValue(draw(st.decimals(0, 100, places=2))), CountedValue(None, "", Lacking.WITHHELD)]
    )
    return Evidence(
        actuals,
        tuple(
            SheetPoints(sheet, unit, f"p{scorer}", "l", Fraction(draw(st.integers(1, 5))))
            for sheet in ("s1", "s2")
            for unit in UNITS
            for scorer in range(scorers)
        ),
        tuple(
            PointEntry(draw(st.sampled_from(UNITS)), item, Fraction(amount), "r", "e", "a", DAY)
            for item, amount in draw(st.lists(st.sampled_from([("plus", 2), ("minus", -1)]), max_size=5))
        ),
        tuple(UnitVeto(draw(st.sampled_from(UNITS)), band, "c", DAY, "g", "e") for band in bands[-1:]),
        tuple(EnteredValue(unit, key, _exact(draw), "d") for key in entered for unit in UNITS[:3]),
        {(key, unit): draw(given) for key in campaigns for unit in UNITS[1:]},
    )


@st.composite
def years(draw: Any) -> tuple[AssessmentDefinition, Targets, Evidence]:
    """Draw a definition with targets and all that its outcome rests on."""
    definition = read_assessment(draw(files()))
    targets = _targets(draw, definition)
    return definition, targets, _evidence(draw, definition, targets)
