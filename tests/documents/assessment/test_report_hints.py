"""The formulas beside the lines of a template: only what can be said of the line is in them."""

from fractions import Fraction

from survey.documents.assessment.report_hints import EXPLAINED, NOT_FILLED, READY, hint
from survey.domain.assessment.reports.report_warnings import TaskHistory
from tests.domain.assessment.sample import sample_definition

COLUMNS = {"plan": "E", "last": "F", "value": "G", "note": "H", "evidence": "I"}


def formula(indicator: str, plan: int | None, *before: int) -> str:
    past = TaskHistory(
        sample_definition().indicator[indicator],
        None if plan is None else Fraction(plan),
        [Fraction(one) for one in before],
        [Fraction(0) for _ in before],
    )
    return hint(4, COLUMNS, past)


def test_a_sum_with_a_plan_and_a_number_before() -> None:
    assert formula("output", 21, 17) == (
        f'=IF(AND(G4="",H4<>""),"{EXPLAINED}",IF(G4="","{NOT_FILLED}",IF(NOT(ISNUMBER(G4)),"不是数字",'
        'IF(AND(H4="",AND(G4>0,OR(G4>=10*E4,10*G4<=E4))),"与序时计划相差10倍以上，请核对计量单位",'
        f'IF(AND(H4="",G4<F4),"低于上期累计，请说明原因","{READY}")))))'
    )


def test_what_cannot_be_said_is_left_out() -> None:
    assert "E4" not in formula("output", None, 17)
    assert "E4" not in formula("output", 0)
    assert "F4" not in formula("output", 21)
    assert "F4" not in formula("projects", 48, 41)  # a level may fall
    assert "G4<=1" in formula("projects", 48)
    assert 'I4=""' in formula("projects", 48)
    assert "I4" not in formula("output", 21)
