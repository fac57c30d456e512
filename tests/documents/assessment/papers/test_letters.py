from dataclasses import replace

from survey.documents.assessment.papers.letters import commitments, feedback

from .sample_material import sample_material, scored_by_few


def test_a_letter_names_total_rank_band_and_what_must_be_said() -> None:
    letter = next(one for one in feedback(sample_material()).sheets if one.key == "t4")
    assert letter.opening[0] == "石门乡："
    assert "总分 90.56 分，在乡镇 8 个单位中列第 4 位，考核等次：较差。" in letter.opening[2]
    assert "一票否决；约束性指标未完成：粮食产量" in letter.opening[2]
    assert any("得满分的目标任务" in one for one in letter.opening)


def test_a_letter_says_nothing_of_other_units() -> None:
    material = sample_material()
    for letter in feedback(material).sheets:
        said = " ".join(
            [
                *letter.opening,
                *letter.closing,
                *(str(c) for t in letter.tables for row in t.rows for c in row),
            ]
        )
        others = [unit.label for unit in material.definition.units if unit.key != letter.key]
        assert not [label for label in others if label in said]


def test_what_is_to_be_mended_has_a_day() -> None:
    material = sample_material()
    letter = next(one for one in feedback(material).sheets if one.key == "t1")
    assert "于2027年3月31日前" in letter.closing[0]
    letter = next(one for one in feedback(replace(material, mend_by=None)).sheets if one.key == "t1")
    assert "按整改台账的时限" in letter.closing[0]


def test_a_unit_commits_itself_to_its_tasks_and_plans() -> None:
    first = commitments(sample_material()).sheets[0]
    tasks, plans = first.tables
    assert "目标任务 11 项" in first.opening[0]
    assert len(tasks.rows) == 12
    assert [str(cell) for cell in tasks.rows[4][:6]] == [
        "5",
        "规模以上工业总产值（亿元）",
        "个性",
        "13.23",
        "14.64",
        "12",
    ]
    assert str(tasks.rows[-1][5]) == "88"
    assert [str(cell) for cell in plans.rows[0][1:4]] == ["规模以上工业总产值（亿元）", "0.73", "1.46"]


def test_own_points_of_a_unit_stand_in_its_letter() -> None:
    material = sample_material()
    targets = dict(material.targets)
    targets["t1", "output"] = replace(
        targets["t1", "output"], points=material.definition.indicator["output"].points * 2
    )
    first = commitments(replace(material, targets=targets)).sheets[0]
    assert str(first.tables[0].rows[4][5]) == "24"


def test_of_few_scorers_a_unit_is_not_told_what_they_gave() -> None:
    for scorers, told in ((2, False), (3, True)):
        letter = feedback(scored_by_few(scorers)).sheets[0]
        assert ("95.00" in map(str, letter.tables[0].rows[0])) is told
        assert ("评分人数不足" in "".join(letter.tables[0].notes)) is not told


def test_a_letter_before_signing_and_deciding_is_marked_as_one_to_be_commented() -> None:
    material = sample_material()
    letters = {one.key: one for one in feedback(material).sheets}
    assert letters["t4"].title == "考核结果反馈意见书"
    assert letters["t1"].title == "考核结果反馈意见书（征求意见稿）"
    assert letters["t1"].notes[0] == "本件为征求意见稿：等次尚未决定，不作为考核依据。"
    assert material.record
    unsigned = replace(material, record=replace(material.record, signers=()))
    letter = next(one for one in feedback(unsigned).sheets if one.key == "t4")
    assert letter.notes[0] == "本件为征求意见稿：计分结果尚未签字确认，不作为考核依据。"


def test_commitments_of_a_draft_are_marked_and_name_the_unit_in_their_heading() -> None:
    material = sample_material()
    first = commitments(material).sheets[0]
    assert first.title == first.full_title == "城关镇2026年度目标责任书"
    draft = commitments(replace(material, is_draft=True)).sheets[0]
    assert draft.title == "城关镇2026年度目标责任书（草案）"
    assert draft.notes[-1].startswith("本件为草案")
