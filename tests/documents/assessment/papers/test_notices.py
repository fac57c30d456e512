from dataclasses import replace

import pytest

from survey.documents.assessment.papers.notices import verification, warnings
from survey.domain.assessment.definition import Light
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.totals.paper_material import BulletinFacts, PaperMaterial
from survey.domain.errors import UnknownPeriod

from .sample_material import sample_material


def test_each_unit_is_told_its_own_tasks_that_lag() -> None:
    first = warnings(sample_material()).sheets[0]
    assert first.opening[0] == "城关镇："
    assert "有 5 项目标任务没有达到序时进度（黄灯 2 项、红灯 3 项）" in first.opening[1]
    assert [row[1] for row in first.tables[0].rows][:2] == [
        "赴市以上访人次（人次）",
        "作风问题通报次数（次）",
    ]


def test_a_unit_that_lags_with_nothing_gets_no_notice() -> None:
    material = sample_material()
    assert material.bulletin
    standing = material.bulletin.standing
    tasks = tuple(replace(task, light=Light.GREEN) if task.unit == "t1" else task for task in standing.tasks)
    bulletin = replace(material.bulletin, standing=replace(standing, tasks=tasks))
    report = warnings(replace(material, bulletin=bulletin))
    assert "t1" not in [sheet.key for sheet in report.sheets]
    with pytest.raises(UnknownPeriod):
        warnings(replace(material, bulletin=None))


def at_year_end() -> PaperMaterial:
    """Return the sample's material with the standing of December, when everything is due."""
    material = sample_material()
    standing = period_standing(material.definition, material.targets, material.accepted, "2026-12")
    return replace(material, bulletin=BulletinFacts(standing=standing))


def test_what_was_found_on_the_spot_stands_beside_what_was_reported() -> None:
    forms = {sheet.key: sheet for sheet in verification(at_year_end()).sheets}
    output = next(row for row in forms["t3"].tables[0].rows if str(row[1]).startswith("规模以上"))
    assert [str(cell) for cell in output[3:6]] == ["61.06", "56.79", "-4.27"]
    assert output[7] == "两户企业重复统计"
    assert forms["t5"].tables[0].rows[7][3] == "未报"
    assert forms["t3"].subject[1] == ("核验内容", "截至2026年12月底")
