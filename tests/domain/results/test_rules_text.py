"""The rules in words, as they stand under tables: every kind of rule is said, and says the numbers it has."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.count.late import LateIssue
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rounding import Mode
from survey.domain.definition.rules import SmallGroups
from survey.domain.definition.weighting import Missing
from survey.domain.results import rules_text as said
from survey.domain.sms.messages import SmsNumbers, SmsTold
from tests.builders import a_definition, a_mutual_definition

from .counting import LATE, definition_of

ABSTAIN = {"label": "弃权"}


def scale(**abstain: Any) -> list[dict[str, Any]]:
    """Return the scale of tests, with another way of abstaining or none."""
    (plain,) = a_definition()["scales"]
    kept = {key: value for key, value in plain.items() if key != "abstain"}
    return [kept | ({"abstain": ABSTAIN | abstain} if abstain else {})]


def test_late_codes_are_named_on_the_campaigns_clock() -> None:
    (note,) = said.late_notes(definition_of(), LATE)
    # 02:05 in UTC is 10:05 in Shanghai; twice five is what a group must have at opening.
    assert "B票 3张（2026-11-22 10:05，经第二人确认）" in note
    assert "不足10张" in note
    assert "不足5人" in note
    assert said.late_notes(definition_of(), ()) == ()


def test_late_codes_of_a_pool_name_those_who_may_rate_the_same() -> None:
    definition = read_definition(a_mutual_definition(3, 3))
    (note,) = said.late_notes(definition, (LateIssue("a", 3, LATE[0].at, confirmed=True),))
    assert "a类票 3张" in note
    assert "能评同一对象的不足6张" in note


def test_late_codes_without_a_second_person_say_so() -> None:
    from dataclasses import replace

    (note,) = said.late_notes(definition_of(), (replace(LATE[0], confirmed=False),))
    assert "无第二人确认" in note


def test_rows_of_a_pool_that_have_fewer_ballots_than_its_account_say_why() -> None:
    """On every page with the numbers of a ratee, and under each account."""
    pooled = read_definition(a_mutual_definition(3, 3))
    (note,) = said.pool_notes(pooled)
    assert note in said.table_notes(pooled, pooled.sections[0])
    assert note in said.ranking_notes(pooled, pooled.sections[0])
    even = a_mutual_definition(3, 3)
    for ratee in even["ratees"]:
        del ratee["except"]
    assert said.pool_notes(read_definition(even)) == said.pool_notes(definition_of()) == ()


def test_only_open_campaigns_say_that_devices_are_counted() -> None:
    campaign = a_definition()["campaign"]
    assert said.entry_notes(definition_of()) == ()
    (note,) = said.entry_notes(definition_of(campaign=campaign | {"entry": "open"}))
    assert "按设备限制" in note
    (note,) = said.entry_notes(definition_of(campaign=campaign | {"entry": "sms"}))
    assert note.startswith("短信回复，一号一票")
    assert "保密但不匿名" in note


def test_by_text_message_an_empty_line_was_mostly_not_asked() -> None:
    by_sms = definition_of(campaign=a_definition()["campaign"] | {"entry": "sms"})
    scale = by_sms.scales[0]
    assert "每个号码只问一个对象，其余对象都列为“未填”；未填不计入分母。" in said.blanks_note(by_sms, scale)
    assert said.blanks_note(definition_of(), scale).endswith("未填不计入分母。")
    assert "每个号码" not in said.blanks_note(definition_of(), scale)


def test_by_text_message_a_group_of_one_ratee_each_leaves_none_out() -> None:
    ratees = [{"key": key.lower(), "section": "form", "name": key, "groups": [key]} for key in "AB"]
    by_sms = definition_of(campaign=a_definition()["campaign"] | {"entry": "sms"}, ratees=ratees)
    assert {key for ratee in by_sms.ratees for key in ratee.groups} == {"A", "B"}
    assert said.blanks_note(by_sms, by_sms.scales[0]) == "未填不计入分母。"


def test_messages_are_told_in_numbers_and_a_few_are_not() -> None:
    definition = definition_of(campaign=a_definition()["campaign"] | {"entry": "sms"})
    numbers = SmsNumbers(listed=90, sent=120, delivered=110, replied=40, invalid=4, opted_out=0)
    (_, told) = said.entry_notes(definition, SmsTold.of(numbers, 5))
    for part in (
        "名单上90个号码",
        "提醒120条",
        "送达110条",
        "40个号码有有效回复",
        "看不懂的回复不足5条",
        "拒收的0个",
    ):
        assert part in told
    assert SmsTold.of(numbers, 4).as_json()["invalid"] == 4
    assert SmsTold.of(numbers, 5).as_json() == {
        "listed": 90,
        "sent": 120,
        "delivered": 110,
        "replied": 40,
        "invalid": None,
        "opted_out": 0,
    }


def test_weights_and_bands_are_said_with_their_numbers() -> None:
    plain = said.standing_notes(definition_of())
    assert plain[0].startswith("权重：A票 3、B票 1。")
    bands = [{"key": "high", "label": "优等", "at_least": Decimal("60.5")}, {"key": "low", "label": "其余"}]
    bands[1]["at_least"] = 0
    definition = definition_of(results={"bands": bands})
    banded = said.standing_notes(definition, definition.sections[0])
    assert said.standing_notes(definition) == plain
    assert banded[1] == "等次：优等 60.5分及以上、其余 0分及以上。"
    assert [plain[0], *plain[1:]] == [banded[0], *banded[2:]]


def texts(field: str, values: Any) -> set[str]:
    """Return what is said under each value of a rule."""
    found = set()
    for value in values:
        rules = {"rounding": {"mode": value}} if field == "mode" else {field: str(value)}
        found.add(" ".join(said.standing_notes(definition_of(results=rules))))
    return found


@pytest.mark.parametrize(
    ("field", "kinds"), [("mode", Mode), ("missing_group", Missing), ("small_groups", SmallGroups)]
)
def test_every_kind_of_rule_is_said_in_its_own_words(field: str, kinds: Any) -> None:
    assert len(texts(field, kinds)) == len(kinds)


def test_rounding_says_places_and_the_least_number() -> None:
    rules = {"rounding": {"places": 1}, "minimum_cell": 7}
    first, second = said.rounding_notes(definition_of(results=rules))
    assert first == "数值四舍五入，保留1位小数。"
    assert second.startswith("作答不足7人的不予显示；")


@pytest.mark.parametrize(
    ("abstain", "shares", "scores", "labels"),
    [
        ({}, "作答票数", "作答票数", ["优秀", "称职", "不称职"]),
        ({"treat": "exclude"}, "作答票数", "作答票数", ["优秀", "称职", "不称职"]),
        ({"treat": "denominator"}, "作答与弃权票数之和", "作答票数", ["优秀", "称职", "不称职", "弃权"]),
        ({"treat": "zero"}, "作答与弃权票数之和", "作答与弃权票数之和", ["优秀", "称职", "不称职", "弃权"]),
    ],
)
def test_what_stands_below_the_line_follows_abstentions(
    abstain: dict[str, str], shares: str, scores: str, labels: list[str]
) -> None:
    definition = definition_of(scales=scale(**abstain))
    (found,) = definition.scales
    assert said.base_of_shares(found) == shares
    assert said.base_of_scores(found) == scores
    assert said.share_labels(found) == labels
    (section,) = definition.sections
    notes = said.table_notes(definition, section)
    assert notes[0] == f"占比 = 该等次票数 ÷ {shares}。"
    assert notes[1] == f"得分 = （各等次票数 × 分值）之和 ÷ {scores}。"
    assert (f"÷ {shares}") in said.scale_notes(definition, found)[0]


def test_rates_name_their_grades_and_points_their_numbers() -> None:
    rates = [
        {"scale": "cadre", "key": "one", "label": "优秀率", "grades": ["excellent"]},
        {"scale": "cadre", "key": "two", "label": "称职率", "grades": ["excellent", "competent"]},
    ]
    definition = definition_of(rates=rates)
    one, two, points, *_ = said.scale_notes(definition, definition.scales[0])
    assert one == "优秀率 = 优秀 ÷ 作答票数"
    assert two == "称职率 = （优秀 + 称职）÷ 作答票数"
    assert points.startswith("分值：优秀 100、称职 80、不称职 40。")


@pytest.mark.parametrize(
    ("value", "text", "cell"),
    [
        (Fraction(3), "3", 3),
        (Fraction(100), "100", 100),
        (Fraction(0), "0", 0),
        (Fraction(139, 2), "69.5", Decimal("69.5")),
        (Fraction(1, 8), "0.125", Decimal("0.125")),
    ],
)
def test_numbers_of_a_definition_are_written_as_they_were_typed(
    value: Fraction, text: str, cell: Any
) -> None:
    assert said.written(value) == text
    assert said.number(value) == cell
    assert type(said.number(value)) is type(cell)


def test_groups_of_one_row_are_named_together() -> None:
    definition = definition_of()
    assert said.group_label(definition, ("A",)) == "A票"
    assert said.group_label(definition, ("A", "B")) == "A票、B票（合并）"
    assert said.merged_words(definition, [("A", "B")]) == "A票、B票（合并）"
    assert said.merged_words(definition, [("A",), ("B",)]) == ""


def test_the_line_that_stands_for_a_ratee_is_named() -> None:
    def notes(*criteria: dict) -> tuple[str, tuple[str, ...]]:
        made = {"key": "form", "title": "表", "scale": "cadre", "criteria": list(criteria)}
        (section,) = definition_of(sections=[made]).sections
        return said.overall_label(section), said.overall_notes(section)

    de, neng = {"key": "de", "label": "德"}, {"key": "neng", "label": "能"}
    assert notes(de) == ("德", ())
    label, (note,) = notes(de | {"overall": True}, neng)
    assert label == "德"
    assert "“德”一项" in note
    label, (note,) = notes(de, neng, {"key": "x", "label": "不计分项", "weight": 0})
    assert label == "各项目合计"
    assert "（德、能）" in note
    assert "每次作答计一次" in note
    # One that alone weighs anything is what pooling would give.
    label, (note,) = notes(de, neng | {"weight": 0})
    assert label == "德"
    assert "“德”一项" in note


def test_a_ranking_of_several_criteria_names_their_weights_and_of_one_none() -> None:
    definition = definition_of()
    (section,) = definition.sections
    overall, first, *others = said.ranking_notes(definition, section, LATE)
    assert (overall,) == said.overall_notes(section)
    assert first == "总得分 = 各项目得分按项目权重平均：德 2、能 1。"
    assert tuple(others) == said.table_notes(definition, section, LATE)
    assert "补发投票码" in others[-1]
    assert len(set(others)) == len(others)
    single = [{"key": "form", "title": "表", "scale": "cadre", "criteria": [{"key": "de", "label": "德"}]}]
    one = definition_of(sections=single)
    assert said.ranking_notes(one, one.sections[0]) == said.table_notes(one, one.sections[0])
