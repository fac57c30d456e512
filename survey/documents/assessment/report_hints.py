"""The formula beside each line of a report's template: what is still to be done there, while it is typed."""

from collections.abc import Mapping

from survey.domain.assessment.indicators import EvidenceRule, Runs
from survey.domain.assessment.reports.cell_numbers import PER_CENT
from survey.domain.assessment.reports.report_warnings import FAR, TaskHistory

NOT_FILLED, EXPLAINED, READY = "未填", "未填报，已说明", "可以报送"
_FAR_OFF = f"与序时计划相差{FAR}倍以上，请核对计量单位"


def hint(row: int, columns: Mapping[str, str], past: TaskHistory) -> str:
    """Return the formula of a row as Excel counts them; it says what the reader of the report would say.

    ``columns`` has the letters of ``value``, ``last``, ``plan``, ``note`` and ``evidence``.
    """
    cell = {name: f"{letters}{row}" for name, letters in columns.items()}
    value, note = cell["value"], cell["note"]
    cases = [
        (f'AND({value}="",{note}<>"")', EXPLAINED),
        (f'{value}=""', NOT_FILLED),
        (f"NOT(ISNUMBER({value}))", "不是数字"),
    ]
    odd = []
    if past.indicator.measure == PER_CENT:
        odd.append((f"AND({value}>0,{value}<=1)", "42% 请填 42，不填 0.42；确是这么小的请说明"))
    if past.plan is not None and past.plan > 0:
        far = f"OR({value}>={FAR}*{cell['plan']},{FAR}*{value}<={cell['plan']})"
        odd.append((f"AND({value}>0,{far})", _FAR_OFF))
    if past.indicator.runs is Runs.SUM and past.last is not None:
        odd.append((f"{value}<{cell['last']}", "低于上期累计，请说明原因"))
    cases += [(f'AND({note}="",{test})', said) for test, said in odd]
    if past.indicator.evidence is EvidenceRule.REQUIRED:
        cases.append((f'{cell["evidence"]}=""', "请写明佐证材料"))
    formula = f'"{READY}"'
    for test, said in reversed(cases):
        formula = f'IF({test},"{said}",{formula})'
    return f"={formula}"
