"""What stands over and beside the cells of a report's workbook, written and read."""

UNIT_KEY, INDICATOR_KEY = "单位代码", "指标代码"
UNIT, INDICATOR, PERIOD = "单位", "指标", "期间"
MEASURE, TARGET, PLAN, LAST = "计量单位", "年度目标", "序时计划", "上期累计"
VALUE_HEAD, NOTE_HEAD, EVIDENCE_HEAD = "本期累计", "完成情况说明", "佐证材料"
SHEET = "填报"
HINT = "提示"
"""The column whose formulas look over what is filled in."""
