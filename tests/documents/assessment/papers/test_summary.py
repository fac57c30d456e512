from dataclasses import replace
from fractions import Fraction

from survey.documents.assessment.papers.summary import proposal, summary

from .sample_material import sample_material


def test_units_stand_by_rank_with_their_parts_and_what_must_be_said() -> None:
    towns, bureaus = summary(sample_material()).sheets
    rows = [[str(cell) for cell in row] for row in towns.tables[0].rows]
    assert rows[0] == [
        "1",
        "城关镇",
        "92.22",
        "95.00",
        "93.91",
        "79.34",
        "3.00",
        "0.00",
        "93.87",
        "优秀",
        "　",
        "　",
    ]
    assert rows[3][9:] == ["较差", "较差", "一票否决；约束性指标未完成：粮食产量"]
    civil = [str(cell) for cell in bureaus.tables[0].rows[0]]
    assert civil[1] == "民政局"
    assert civil[5] == "None"
    assert civil[-1] == "缺“群众满意度(满意率)”"
    assert bureaus.notes[0] == (
        "缺“群众满意度(满意率)”，样本过小，不予显示（民政局）。缺的部分不计入，总分只由其余的组成部分得出。"
    )


def test_quotas_are_told_with_how_many_are_proposed() -> None:
    towns, _ = proposal(sample_material()).sheets
    quotas = [[str(cell) for cell in row] for row in towns.tables[0].rows]
    assert quotas[0] == ["优秀", "90", "本类单位数的 25%", "2", "2", "0", "0"]
    assert quotas[3] == ["较差", "0", "不限", "不限", "1", "0", "1"]


def test_equals_at_a_border_are_left_to_people() -> None:
    material = sample_material()
    assert material.record
    tied = replace(material.record.outcome.units[0], tied=True)
    units = (tied, *material.record.outcome.units[1:])
    record = replace(material.record, outcome=replace(material.record.outcome, units=units))
    row = proposal(replace(material, record=record)).sheets[0].tables[1].rows[0]
    assert row[3] == "同分待定"
    assert row[4] == "同分，名额不足，由会议决定"


def test_a_quota_may_be_a_number() -> None:
    material = sample_material()
    bands = material.definition.composite.bands
    composite = replace(
        material.definition.composite,
        bands=(replace(bands[0], quota=3), replace(bands[1], quota=Fraction(1, 2)), *bands[2:]),
    )
    material = replace(material, definition=replace(material.definition, composite=composite))
    quotas = proposal(material).sheets[0].tables[0].rows
    assert quotas[0][2:4] == ["3 个", 3]
    assert quotas[1][2:4] == ["本类单位数的 50%", 4]


def test_a_reason_is_told_only_where_the_decision_is_not_what_was_proposed() -> None:
    material = sample_material()
    assert material.record
    t4 = material.record.decisions["t4"]
    other = replace(t4, unit="t1", band="good", reason="会议研究")
    record = replace(material.record, decisions={"t4": t4, "t1": other})
    changed = replace(material, record=record)
    rows = {row[1]: row for row in proposal(changed).sheets[0].tables[1].rows}
    assert rows["城关镇"][5:] == ["良好", "县考核领导小组\n2027年1月20日", "会议研究"]
    assert rows["石门乡"][5:] == ["较差", "县考核领导小组\n2027年1月20日", "　"]
    remarks = {row[1]: row[-1] for row in summary(changed).sheets[0].tables[0].rows}
    assert remarks["城关镇"] == "确定等次与建议不同：会议研究"
    assert remarks["石门乡"] == "一票否决；约束性指标未完成：粮食产量"
