from dataclasses import replace
from fractions import Fraction

from survey.documents.assessment.papers.bulletin import bulletin
from survey.domain.assessment.scoring.standing import period_standing

from .sample_material import MAY, sample_material


def test_classes_are_ranked_by_what_is_on_pace_and_equals_share() -> None:
    towns = bulletin(sample_material()).sheets[0].tables[0]
    assert [(row[0], row[1], row[2], row[3], str(row[4])) for row in towns.rows] == [
        (1, "石门乡", 11, 7, "63.64"),
        (2, "河口镇", 11, 6, "54.55"),
        (2, "北塬镇", 11, 6, "54.55"),
        (4, "城关镇", 10, 5, "50.00"),
        (5, "东岭镇", 11, 5, "45.45"),
        (5, "双桥镇", 11, 5, "45.45"),
        (7, "柳沟乡", 11, 4, "36.36"),
        (7, "南川镇", 11, 4, "36.36"),
    ]


def test_the_opening_sums_all_units_up() -> None:
    said = bulletin(sample_material()).sheets[0].opening[2]
    assert "12 个被考核单位本期应考核目标任务 110 项，达到序时进度 50 项，落实率 45.45%" in said
    assert "绿灯 50 项、黄灯 34 项、红灯 26 项、未报 0 项" in said


def test_a_bulletin_has_its_number_and_one_of_an_open_period_says_so() -> None:
    material = sample_material()
    assert ("期次", "第 5 期") in bulletin(material).facts
    assert material.bulletin
    still = replace(material, bulletin=replace(material.bulletin, number=None, simulated={}))
    report = bulletin(still)
    assert ("期次", "本期尚未结账，数字可能变动") in report.facts
    assert "模拟得分" not in [column.label for column in report.sheets[0].tables[0].columns]


def test_a_bulletin_says_nothing_of_the_years_record() -> None:
    report = bulletin(sample_material())
    assert "计票摘要" not in dict(report.facts)
    assert "计分结果" not in report.footer


def test_a_bulletin_is_one_letter_with_room_for_its_number_signed_once_at_its_end() -> None:
    report = bulletin(sample_material())
    assert [sheet.signatures for sheet in report.sheets] == [*[()] * (len(report.sheets) - 1), None]
    assert [sheet.follows for sheet in report.sheets] == [False, *[True] * (len(report.sheets) - 1)]
    assert report.signatures[1] == "清源县目标责任考核办公室（盖章）"
    assert report.sheets[0].opening[0].startswith("发文字号：")
    assert report.sheets[0].opening[1].startswith("主送：")


def test_who_reported_nothing_has_no_rank_and_stands_last() -> None:
    material = sample_material()
    targets, definition = material.targets, material.definition
    assert material.bulletin
    reported = {("t1", "output"): Fraction("14.9")}
    standing = period_standing(definition, targets, reported, MAY)
    early = replace(material, bulletin=replace(material.bulletin, standing=standing, simulated={}))
    towns, bureaus = bulletin(early).sheets[0].tables
    assert [row[0] for row in towns.rows] == [1, *[None] * 7]
    assert towns.rows[0][1] == "城关镇"
    assert towns.rows[1][-2:] == [None, None]
    assert {row[0] for row in bureaus.rows} == {None}
