"""How many numbers each gives: by whom they are reported, and how often."""

from survey.domain.assessment.indicators import Rhythm
from survey.domain.assessment.reports.asked_numbers import asked_numbers
from tests.domain.assessment.small import a_target, an_assessment, an_indicator, targets_of


def test_numbers_are_counted_where_they_are_given() -> None:
    departments = [{"key": "stats", "label": "统计局"}]
    definition = an_assessment(
        an_indicator("own"),
        an_indicator("rare", reported="quarter", lead="u2"),
        an_indicator("led", source="lead", lead="stats"),
        an_indicator("office", source="office", reported="year"),
        units=2,
        departments=departments,
    )
    tasks = [("u1", key) for key in ("own", "rare", "led", "office")] + [("u2", "led")]
    found = asked_numbers(definition, targets_of([a_target(1, unit=u, indicator=i) for u, i in tasks]))
    first, second = found.units
    assert (first.own, first.given_by_others, first.most) == ({Rhythm.MONTH: 1, Rhythm.QUARTER: 1}, 2, 2)
    assert (second.own, second.given_by_others) == ({}, 1)
    ((lead),) = found.leads
    assert (lead.lead, [one.key for one in lead.indicators], lead.numbers) == (
        "stats",
        ["led"],
        {Rhythm.MONTH: 2},
    )
    assert found.office == {Rhythm.YEAR: 1}
    assert [one.key for one in found.doubtful] == ["rare"]
    assert found.most == 1


def test_an_indicator_that_nobody_has_asks_for_nothing() -> None:
    found = asked_numbers(an_assessment(an_indicator("i", lead="u1"), units=1), {})
    assert (found.doubtful, found.leads, found.most) == ((), (), 0)
