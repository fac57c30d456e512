from fractions import Fraction

from survey.domain.assessment.composite_rules import BonusUse, CompositeRules
from survey.domain.assessment.facts import Lacking
from survey.domain.assessment.outcome import ComponentScore, EntrySums
from survey.domain.assessment.totals.outcome_words import (
    LACKING_WORDS,
    periods_words,
    share_words,
    sheet_words,
    total_words,
)
from survey.domain.assessment.totals.sheet_values import SheetMean
from tests.domain.assessment.composed import composed

NOTHING = EntrySums(Fraction(0), Fraction(0))


def test_every_reason_has_its_word() -> None:
    assert set(LACKING_WORDS) == set(Lacking)


def test_a_sheet_says_who_was_left_out() -> None:
    mean = SheetMean(Fraction(88), scorers=7, high=1, low=2, unfinished=1)
    assert sheet_words(mean) == "7 人评分，去掉 1 个最高分，去掉 2 个最低分，1 人没有填完，不计"


def test_shares_and_periods_say_their_sum() -> None:
    assert share_words(Fraction("97.046"), Fraction(104)) == "100 × 97.046 ÷ 104 = 93.31"
    parts = [("2026-Q1", Fraction(1), Fraction(250, 3)), ("2026-Q2", Fraction("1.5"), Fraction(90))]
    assert periods_words(parts) == "2026-Q1 得 83.3333（权重 1）；2026-Q2 得 90.00（权重 1.5）"


def test_a_bonus_that_only_decides_between_equals_is_not_in_the_sum() -> None:
    (component,) = composed().components
    parts = [(component, ComponentScore("e", Fraction(90)))]
    sums = EntrySums(Fraction(2), Fraction("0.5"))
    added = total_words(CompositeRules(), parts, [(component, Fraction(90))], sums, "91.50")
    assert added == "（1 × 90.00）÷ 1 ＋ 加分 2 − 减分 0.5 = 91.50"
    rules = CompositeRules(bonus=BonusUse.TIE_BREAK)
    kept = total_words(rules, parts, [(component, Fraction(90))], sums, "89.50")
    assert kept == "（1 × 90.00）÷ 1 − 减分 0.5 = 89.50"


def test_without_a_total_the_words_say_what_is_missing() -> None:
    definition = composed({"key": "e"}, {"key": "f"})
    parts = [
        (definition.components[0], ComponentScore("e", None, why=Lacking.NOT_CERTIFIED)),
        (definition.components[1], ComponentScore("f", None, why=Lacking.NO_SCORERS)),
    ]
    said = total_words(definition.composite, parts, [], NOTHING, None)
    assert said == "缺部分e（没有签字确认的计票结果）、部分f（没有人评分），暂不计总分"
