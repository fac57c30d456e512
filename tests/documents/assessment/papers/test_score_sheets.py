from survey.documents.assessment.papers.score_sheets import score_sheets

from .sample_material import sample_material, scored_by_few


def _form(unit: str) -> dict[str, list[list[str]]]:
    sheet = next(one for one in score_sheets(sample_material()).sheets if one.key == unit)
    return {table.title: [[str(cell) for cell in row] for row in table.rows] for table in sheet.tables}


def test_every_point_has_its_rule_its_number_and_its_sum() -> None:
    output = _form("t1")["目标任务得分"][4]
    assert output[1] == "规模以上工业总产值（亿元）"
    assert "14.64" in output[3]
    assert output[4:9] == ["14.64", "13.23", "14.9", "12.00", "12.21"]
    assert output[9] == "12 × 14.9 ÷ 14.64 = 12.21"


def test_the_last_rows_are_the_sums() -> None:
    form = _form("t1")
    assert form["目标任务得分"][-1][7:9] == ["88.00", "81.15"]
    assert form["综合得分"][-1][0] == "总分"
    assert form["综合得分"][-1][2] == "93.87"


def test_what_was_not_reported_and_what_was_found_on_the_spot_is_said() -> None:
    retail = next(row for row in _form("t5")["目标任务得分"] if row[1].startswith("社会消费品"))
    assert retail[6] == "未报"
    sheet = next(one for one in score_sheets(sample_material()).sheets if one.key == "t3")
    notes = sheet.tables[0].notes
    assert any("查访核验为 56.79（两户企业重复统计），按核验数计分" in note for note in notes)
    assert "约束性指标未完成：粮食产量，等次不高于“良好”。" in notes


def test_a_veto_stands_among_the_entries_and_the_decided_band_at_the_head() -> None:
    form = _form("t4")
    assert form["加减分和一票否决"][0][0] == "一票否决：较差"
    sheet = next(one for one in score_sheets(sample_material()).sheets if one.key == "t4")
    assert ("等次", "较差") in sheet.subject
    assert "加减分和一票否决" not in _form("b1")


def test_a_value_that_is_withheld_says_why() -> None:
    public = _form("b3")["综合得分"][3]
    assert public[2] == "None"
    assert "样本过小，不予显示" in public[3]


def test_of_few_scorers_neither_their_value_nor_the_sum_with_it_is_told() -> None:
    for scorers, told in ((2, False), (3, True)):
        form = score_sheets(scored_by_few(scorers)).sheets[0]
        parts_table = next(table for table in form.tables if table.title == "综合得分")
        said = " ".join(str(cell) for row in parts_table.rows for cell in row)
        assert ("95.00" in said) is told
        assert (f"{scorers} 人评分" in said) is told
        assert ("评分人数不足，不单独告知得分" in said) is not told


def test_sums_say_that_they_go_on_with_what_is_not_rounded() -> None:
    notes = score_sheets(sample_material()).sheets[0].notes
    assert notes[-1].startswith("合计按未取整的数计算，显示保留两位小数")
