from survey.documents.assessment.papers.letters import feedback
from survey.documents.assessment.papers.reasons import reasons

from .sample_material import sample_material


def test_a_veto_is_told_with_its_grounds_the_committee_and_the_day() -> None:
    (said,) = reasons(sample_material(), "t4")
    veto = sample_material().vetoes[0]
    day = veto.decided_on
    assert said.startswith(f"　　一票否决：{veto.grounds}，由{veto.committee}于")
    assert f"于{day.year}年{day.month}月{day.day}日认定，等次定为“较差”（依据：{veto.evidence}）。" in said


def test_each_bonus_and_deduction_is_told_with_why_by_whom_and_when() -> None:
    material = sample_material()
    bonus = reasons(material, "t1")[0]
    own = [one for one in material.entries if one.unit == "t1" and one.points > 0]
    assert bonus.startswith(f"　　加分事项 {len(own)} 项：受市级以上表彰，")
    for one in own:
        assert all(part in bonus for part in (one.reason, one.approver, one.evidence))
    (deduction,) = reasons(material, "t5")
    assert "减 0.2 分" in deduction
    assert "加分" not in deduction


def test_they_stand_in_the_letter_of_whom_they_are_about_and_nobody_elses() -> None:
    material = sample_material()
    letters = {one.key: one for one in feedback(material).sheets}
    assert reasons(material, "t4")[0] in letters["t4"].opening
    assert not any("一票否决：" in line for line in letters["t1"].opening)
    assert reasons(material, "b3") == ()
