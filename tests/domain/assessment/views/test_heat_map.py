"""Units by indicators: what may be seen, in the order asked for."""

from survey.domain.assessment.definition import Light
from survey.domain.assessment.views.heat_map import BY_RATE, BY_RED, HeatMap, HeatOrder, heat_map
from tests.sample_year import expected

from .maps import sample_period

BUREAUS = ["b1", "b2", "b3", "b4"]


def a_map(order: HeatOrder | None = None, class_key: str = "") -> HeatMap:
    material = sample_period()
    return heat_map(material.definition, material.standing, class_key=class_key, order=order)


def units(found: HeatMap) -> list[str]:
    return [one.unit.key for one in found.rows]


def indicators(found: HeatMap) -> list[str]:
    return [one.indicator.key for one in found.columns]


def test_every_light_is_the_samples() -> None:
    found = a_map()
    lights = {
        (row.unit.key, column.indicator.key): light.value
        for row in found.rows
        for column, light in zip(found.columns, row.lights, strict=True)
        if light
    }
    cells = expected()["standing"]["cells"]
    assert lights == {(one["unit"], one["indicator"]): one["light"] for one in cells}
    assert [(one.standing.assigned, one.standing.on_pace) for one in found.rows] == [
        (one["assigned"], one["on_pace"]) for one in expected()["standing"]["units"]
    ]
    assert "party" not in indicators(found)  # reported once a year
    t1 = found.rows[0]
    assert t1.lights[indicators(found).index("grain")] is None  # has no such task


def test_columns_count_their_lights() -> None:
    found = a_map()
    for place, column in enumerate(found.columns):
        lights = [row.lights[place] for row in found.rows]
        assert column.lights == {light: lights.count(light) for light in Light}


def test_one_class_has_its_own_indicators_alone() -> None:
    found = a_map(class_key="bureau")
    assert units(found) == BUREAUS
    assert "output" not in indicators(found)
    assert "funds" in indicators(found)


def test_only_what_may_be_seen_is_there_and_counts() -> None:
    material = sample_period()
    found = heat_map(material.definition, material.standing, sees=lambda unit, one: one in ("output", "air"))
    assert indicators(found) == ["output", "air"]
    assert not set(units(found)) & set(BUREAUS)
    assert {row.standing.assigned for row in found.rows} == {2}
    own = heat_map(material.definition, material.standing, sees=lambda unit, _: unit == "t3")
    assert units(own) == ["t3"]


def test_rows_by_rate_by_red_and_by_an_indicator() -> None:
    rates = [row.standing.rate for row in a_map(HeatOrder(BY_RATE)).rows]
    assert rates == sorted(rates)
    reds = [row.standing.lights[Light.RED] for row in a_map(HeatOrder(BY_RED)).rows]
    assert reds == sorted(reds, reverse=True)
    by_output = units(a_map(HeatOrder("output"), "town"))
    assert by_output[0] == "t8"  # 90.99 %, the furthest behind
    assert by_output[-1] == "t3"  # 104.5 %
    best = units(a_map(HeatOrder("output", best_first=True), "town"))
    assert best == by_output[::-1]
    assert units(a_map(HeatOrder("output")))[-4:] == BUREAUS  # who has no such task comes last


def test_columns_by_red_and_by_a_unit() -> None:
    reds = [one.lights[Light.RED] for one in a_map(HeatOrder(columns=BY_RED)).columns]
    assert reds == sorted(reds, reverse=True)
    found = a_map(HeatOrder(columns="t1"), "town")
    order = [Light.RED, Light.YELLOW, Light.GREY, Light.GREEN]
    lights = [light for light in found.rows[0].lights if light]
    assert lights == sorted(lights, key=order.index)
    assert found.rows[0].lights[-1] is None
    assert [row.lights for row in found.rows] != [row.lights for row in a_map(class_key="town").rows]


def test_an_order_that_is_none_leaves_all_as_defined() -> None:
    assert a_map(HeatOrder("nothing", "nobody")) == a_map()
