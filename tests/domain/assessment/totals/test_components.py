from fractions import Fraction
from typing import Any

from survey.domain.assessment.facts import Evidence, Lacking, SheetPoints
from survey.domain.assessment.outcome import ComponentScore
from survey.domain.assessment.periods import PeriodRules
from survey.domain.assessment.totals.composite import outcome_of_tasks
from tests.domain.assessment.composed import aimed, composed, counted, entered, outcomes, task

ASKED = [
    {"key": key, "label": key.upper(), "measure": "分", "score": [{"points": points, "method": "judged"}]}
    for key, points in (("x", 10), ("y", 30), ("z", 20))
]
TARGETS = {("a", key): aimed("a", key, None) for key in "xy"}
TASKS = {"a": (task("x", "10", "25/3"), task("y", "30", "20"))}


def score(
    component: dict[str, Any], evidence: Evidence | None = None, *, tasks: Any = TASKS, **more: Any
) -> ComponentScore:
    definition = composed({"key": "p"} | component, indicators=ASKED, **more)
    return outcomes(definition, evidence or Evidence({}), tasks, TARGETS)["a"].components[0]


def counts(value: str | None, why: Lacking | None = None) -> Evidence:
    return Evidence({}, counted={("p", "a"): counted(value, why)})


def test_indicators_come_to_what_was_earned_of_their_points() -> None:
    found = score({"from": "indicators"})
    assert found.value == 100 * Fraction(85, 3) / 40
    assert found.words == "100 × 28.3333 ÷ 40 = 70.83"


def test_some_indicators_only() -> None:
    assert score({"from": "indicators", "indicators": ["y", "z"]}).value == Fraction(200, 3)


def test_a_task_that_a_unit_does_not_have_can_count_as_full() -> None:
    full = {"unassigned": "full"}
    assert score({"from": "indicators"}, composite=full).value == 100 * (Fraction(85, 3) + 20) / 60
    some = {"from": "indicators", "indicators": ["x", "z"]}
    assert score(some, composite=full).value == 100 * (Fraction(25, 3) + 20) / 30


def test_a_task_of_another_class_is_never_counted_as_full() -> None:
    classes = [{"key": "k", "label": "乡镇"}, {"key": "l", "label": "部门"}]
    asked = [ASKED[0] | {"classes": ["k"]}, ASKED[1], ASKED[2] | {"classes": ["l"]}]
    definition = composed(
        {"key": "p", "from": "indicators"},
        indicators=asked,
        classes=classes,
        composite={"unassigned": "full"},
    )
    found = outcomes(definition, Evidence({}), TASKS, TARGETS)["a"]
    assert found.components[0].value == 100 * Fraction(85, 3) / 40


def test_items_are_rounded_first_where_the_rules_say_so() -> None:
    found = score({"from": "indicators"}, composite={"rounding": {"items": 2}})
    assert found.value == 100 * Fraction("28.33") / 40


def test_without_tasks_there_is_no_value() -> None:
    found = score({"from": "indicators"}, tasks={})
    assert (found.value, found.why, found.words) == (None, Lacking.NOT_REPORTED, "没有可计分的目标任务")


def test_a_count_is_read_as_displayed_and_named() -> None:
    found = score({"from": "campaign", "campaign": "vote", "value": "rate:good"}, counts("79.34"))
    assert (found.value, found.source, found.why) == (Fraction("79.34"), "d1", None)
    assert found.words == "测评活动“vote”计票结果，加权比率 79.34%"
    pooled = score({"from": "campaign", "campaign": "vote", "row": "pooled"}, counts("91.50"))
    assert pooled.words == "测评活动“vote”计票结果，合计得分 91.50"


def test_a_count_without_a_value_says_why() -> None:
    vote = {"from": "campaign", "campaign": "vote"}
    found = score(vote, counts(None, Lacking.WITHHELD))
    assert (found.value, found.source, found.why) == (None, "d1", Lacking.WITHHELD)
    assert score(vote).why is Lacking.NOT_CERTIFIED
    assert score(vote).words == "没有签字确认的计票结果"


def test_a_sheet_comes_to_the_mean_of_its_scorers() -> None:
    sheet = {"key": "s", "title": "评分", "lines": [{"key": "l", "label": "L", "points": 100}]}
    given = tuple(SheetPoints("s", "a", who, "l", Fraction(n)) for who, n in (("x", 90), ("y", 80)))
    found = score({"from": "sheet", "sheet": "s"}, Evidence({}, points=given), sheets=[sheet])
    assert (found.value, found.words) == (85, "2 人评分")
    nobody = score({"from": "sheet", "sheet": "s"}, sheets=[sheet])
    assert (nobody.value, nobody.why) == (None, Lacking.NO_SCORERS)


def test_a_value_can_be_entered() -> None:
    found = score({}, Evidence({}, entered=entered({"a": {"p": "88.5"}})))
    assert (found.value, found.words) == (Fraction("88.5"), "录入 88.5（文件）")
    assert score({}).why is Lacking.NOT_REPORTED


def test_what_the_office_enters_stands_in_for_a_missing_value_and_never_for_one_that_is_there() -> None:
    given = entered({"a": {"p": "80"}})
    vote = {"from": "campaign", "campaign": "vote"}
    withheld = counted(None, Lacking.WITHHELD)
    found = score(vote, Evidence({}, entered=given, counted={("p", "a"): withheld}))
    assert (found.value, found.source, found.why) == (80, "", None)
    assert found.words == "样本过小，不予显示，录入 80（文件）"
    there = score(vote, Evidence({}, entered=given, counted={("p", "a"): counted("91.00")}))
    assert (there.value, there.source) == (91, "d1")


def test_bands_turn_a_value_into_points() -> None:
    at = [[60, 0.85], [90, 1], [80, 0.95]]
    vote = {"from": "campaign", "campaign": "vote", "at": at}
    assert [score(vote, counts(n)).value for n in ("90.00", "89.99", "60.00", "59.99")] == [100, 95, 85, 0]
    assert score(vote, counts("89.99")).words.endswith("；89.99 达到 80，计 95")
    assert score(vote, counts("59.99")).words.endswith("；59.99 低于最低一档，计 0")


def test_the_factor_of_a_unit_is_applied_before_rounding() -> None:
    found = score(
        {"factor": True},
        Evidence({}, entered=entered({"a": {"p": "90.3"}})),
        units={"a": {"factor": 1.05}},
        composite={"rounding": {"components": 1}},
    )
    assert found.value == Fraction("94.8")
    assert found.words == "录入 90.3（文件）；90.30 × 难度系数 1.05 = 94.82"


JUDGED = {"label": "任务", "measure": "件", "score": [{"points": 10, "method": "complete"}]}
QUARTERS = {
    "assessment": {"code": "small", "title": "考核", "office": "办", "year": 2026, "periods": "quarter"},
    "indicators": [JUDGED | {"key": "q"}, JUDGED | {"key": "yearly", "reported": "year"}],
}


def by_period(actuals: dict[str, str], weights: list[int]) -> ComponentScore:
    definition = composed({"key": "p", "from": "periods", "weights": weights}, **QUARTERS)
    targets = {("a", key): aimed("a", key, "8") for key in ("q", "yearly")}
    evidence = Evidence({period: {("a", "q"): Fraction(n)} for period, n in actuals.items()})
    return outcomes(definition, evidence, {}, targets)["a"].components[0]


def test_periods_come_to_their_weighted_mean_of_what_was_due() -> None:
    found = by_period({"2026-Q1": "2", "2026-Q2": "2", "2026-Q3": "3"}, [1, 3, 0, 0])
    assert found.value == (100 + 3 * 50) / Fraction(4)
    assert found.words == "2026-Q1 得 100.00（权重 1）；2026-Q2 得 50.00（权重 3）"


def test_a_period_without_numbers_leaves_the_value_open() -> None:
    found = by_period({"2026-Q1": "2"}, [1, 1, 0, 0])
    assert (found.value, found.why) == (None, Lacking.NOT_REPORTED)
    assert found.words == "2026-Q2 没有审核通过的数据"


def test_a_period_in_which_nothing_is_due_is_left_out() -> None:
    """Months, and one indicator by quarters: two months of three have nothing to report."""
    by_month = QUARTERS["assessment"] | {"periods": "month"}  # type: ignore[operator]
    asked = [JUDGED | {"key": "q", "reported": "quarter"}]
    definition = composed({"key": "p", "from": "periods"}, assessment=by_month, indicators=asked)
    reached = {"2026-03": 2, "2026-06": 2, "2026-09": 6, "2026-12": 4}
    evidence = Evidence({period: {("a", "q"): Fraction(n)} for period, n in reached.items()})
    found = outcomes(definition, evidence, {}, {("a", "q"): aimed("a", "q", "8")})["a"].components[0]
    # 2 of 2, 2 of 4, 6 of 6, 4 of 8.
    assert found.value == 75
    without = Evidence({period: by for period, by in evidence.actuals.items() if period != "2026-06"})
    found = outcomes(definition, without, {}, {("a", "q"): aimed("a", "q", "8")})["a"].components[0]
    assert (found.value, found.words) == (None, "2026-06 没有审核通过的数据")


def test_a_period_keeps_the_rules_that_it_was_closed_under() -> None:
    definition = composed({"key": "p", "from": "periods", "weights": [1, 0, 0, 0]}, **QUARTERS)
    both = {("a", key): aimed("a", key, "8") for key in "qr"}
    two = QUARTERS | {"indicators": [JUDGED | {"key": key} for key in "qr"]}
    then = PeriodRules(composed({"key": "p", "from": "periods", "weights": [1, 0, 0, 0]}, **two), both)
    evidence = Evidence({"2026-Q1": {("a", "q"): Fraction(2)}})
    now = {("a", "q"): aimed("a", "q", "16")}
    found = outcome_of_tasks(definition, now, evidence, {}, {"2026-Q1": then}).units[0].components[0]
    # 2 of 2 and nothing of the task that was taken away since; under the new targets it were 2 of 4.
    assert found.words == "2026-Q1 得 50.00（权重 1）"
    assert outcome_of_tasks(definition, now, evidence, {}).units[0].components[0].value == 50
    more = {"2026-Q1": PeriodRules(definition, {("a", "q"): aimed("a", "q", "8")})}
    assert outcome_of_tasks(definition, now, evidence, {}, more).units[0].components[0].value == 100
    # Who was no unit then is left out of it.
    gone = composed(
        {"key": "p", "from": "periods", "weights": [1, 0, 0, 0]},
        units={"b": {}},
        composite={"unassigned": "full"},
        **QUARTERS,
    )
    full = composed(
        {"key": "p", "from": "periods", "weights": [1, 0, 0, 0]},
        composite={"unassigned": "full"},
        **QUARTERS,
    )
    never = {"2026-Q1": PeriodRules(gone, {})}
    found = outcome_of_tasks(full, now, evidence, {}, never).units[0].components[0]
    assert (found.value, found.why) == (None, Lacking.NOT_REPORTED)
