from dataclasses import replace

from survey.documents.assessment.papers.bulletin_lights import extremes_sheet, light_sheets

from .sample_material import sample_material


def test_units_stand_beside_indicators_with_a_word_and_a_colour() -> None:
    material = sample_material()
    assert material.bulletin
    towns, bureaus = light_sheets(material, material.bulletin)
    table = towns.tables[0]
    grain = [column.label for column in table.columns].index("粮食产量")
    assert table.rows[0][0] == "城关镇"
    assert table.rows[0][grain] is None
    assert table.tint("红灯") == "#f4cccc"
    assert table.tint(None) == table.tint("城关镇") == ""
    assert "粮食产量" not in [column.label for column in bureaus.tables[0].columns]


def test_an_office_that_calls_the_good_light_blue_has_it_blue() -> None:
    material = sample_material()
    lights = replace(material.definition.lights, labels={"green": "蓝牌"})
    material = replace(material, definition=replace(material.definition, lights=lights))
    assert material.bulletin
    table = next(iter(light_sheets(material, material.bulletin))).tables[0]
    assert table.tint("蓝牌") == "#cfe2f3"


def test_all_who_share_first_or_last_are_named() -> None:
    material = sample_material()
    assert material.bulletin
    rows = {(row[0], row[1]): row for row in extremes_sheet(material, material.bulletin).tables[0].rows}
    safety = [str(cell) for cell in rows["生产安全事故死亡人数", "县直部门"]]
    assert safety[4:] == ["民政局、行政审批服务局", "0", "0.00", "发展和改革局、工业和信息化局", "1", "50.00"]
    assert ("生产安全事故死亡人数", "乡镇") not in rows


def test_many_indicators_have_numbers_at_the_head_and_a_key_below() -> None:
    material = sample_material()
    assert material.bulletin
    first, *others = material.definition.indicators
    more = tuple(replace(first, key=f"x{at}", label=f"指标{at}") for at in range(12))
    definition = replace(material.definition, indicators=(first, *others, *more))
    task = next(one for one in material.bulletin.standing.tasks if one.unit == "t1")
    tasks = tuple(replace(task, indicator=one.key) for one in more)
    standing = replace(material.bulletin.standing, tasks=(*material.bulletin.standing.tasks, *tasks))
    facts = replace(material.bulletin, standing=standing)
    towns = next(iter(light_sheets(replace(material, definition=definition), facts))).tables[0]
    assert [column.label for column in towns.columns[1:4]] == ["1", "2", "3"]
    assert towns.notes[1].startswith("指标序号：1 ")
    assert "；23 指标11。" in towns.notes[1]
