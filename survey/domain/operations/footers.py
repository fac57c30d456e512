"""Lines that offices write below a table, which are no row of it: totals, who filled it in, notes."""

import re
from enum import StrEnum

from .carried_text import visible

_LONGEST = 80
_TOTAL = re.compile(
    r"(合计|小计|总计|共计|总数|累计|总人数)([:(0-9].*)?|(合计|总计|共计?)[:]?[0-9]+[人名个张份].*|total:?"
)
_SIGNED = re.compile(
    r"(填表|制表|填报|审核|复核|审批|经办|呈报|上报|报送|校对|统计)(人|单位|部门|日期|时间|人员|领导|负责人)?([:(].*|$)"
    r"|(填表|制表|填报|审核|复核|经办)人.*"
    r"|(单位|部门|主管|主要|分管)?(负责人|领导|主要领导|联系人|联系电话|联系方式|电话|日期|时间|单位)(签[字名章])?[:].*"
    r"|[0-9]{4}年[0-9]{1,2}月([0-9]{1,2}日)?"
    r"|.{0,8}\((盖章|公章|签字|签章|签名)\)[:]?.*|(盖章|公章|签字|签章)[:].*"
)
_NOTE = re.compile(r"(注|备注|附注|说明|附|附件|填表说明|填写说明|填报说明|注意|注意事项)([:.1-9].*|$)")


class FooterKind(StrEnum):
    """What a line below a table is."""

    TOTAL = "total"
    SIGNED = "signed"
    NOTE = "note"


_PATTERNS = {FooterKind.TOTAL: _TOTAL, FooterKind.SIGNED: _SIGNED, FooterKind.NOTE: _NOTE}


def footer_kind(text: str) -> FooterKind | None:
    """Return what a line is by its first words, or ``None`` where it may be a row of the table."""
    said = "".join(visible(text[: 4 * _LONGEST]).split()).casefold()[:_LONGEST]
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.fullmatch(said)), None)
