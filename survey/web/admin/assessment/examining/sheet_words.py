"""What is said of sheets: faults, why nothing was done, where a scorer stands, a text to remind."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.composite_rules import ScoreSheet, SheetKind, SheetLine
from survey.domain.assessment.scoring.number_words import short
from survey.domain.errors import BadYearRecord, MinpingError, NotesGone, ReasonMissing
from survey.services.assessment.examining.sheet_progress import ScorerProgress

GONE = _l(
    "评分表的钥匙不在服务器上，密封的内容打不开，也不能再密封新的。什么都没有丢失：请考核办找系统管理员放回钥匙文件，再办一次。"
)
WRONG_STAGE = _l("考核已经到了下一阶段，评分表不能再改。")
_REFUSED: Mapping[str, object] = {
    "opened": _l("这张评分表已经启封，不能再改。"),
    "handed-in": _l("这张评分表已经交了，不能再改；要改请考核办退回。"),
    "too-few": _l("交表的人还不够，不能启封。"),
}
REASON = _l("请写明原因。")


def refused_words(error: MinpingError) -> str:
    """Return why an act on a sheet was not done."""
    if isinstance(error, NotesGone):
        return str(GONE)
    if isinstance(error, ReasonMissing):
        return str(REASON)
    if isinstance(error, BadYearRecord):
        return str(_REFUSED.get(error.faults.get("sheet", ""), _("请改正标出的各处。")))
    return str(WRONG_STAGE)


def place_fault(sheet: ScoreSheet, line: SheetLine, units: int, why: str) -> str:
    """Return what is wrong with the number of one unit's line."""
    if why == "missing":
        return str(_("请填写。"))
    if why == "double":
        return str(_("这个名次给了不止一个单位，每个名次只用一次。"))
    if why == "not-number":
        return str(_("请只写数字，例如 8.5。"))
    return range_words(sheet, line, units)


def range_words(sheet: ScoreSheet, line: SheetLine, units: int) -> str:
    """Return which numbers fit a line."""
    if sheet.kind is SheetKind.RANK:
        return str(_("填 1 到 %(most)s 的整数，1 为最好。", most=units))
    return str(_("填 0 到 %(most)s 的数。", most=short(line.points)))


def scorer_state(one: ScorerProgress) -> tuple[str, str]:
    """Return the word for where a scorer stands, and the kind of its chip."""
    if one.handed_in:
        return str(_("已交")), "good"
    if one.returned:
        return str(_("已退回，待重交")), "on"
    return str(_("未交")), ""


def sheet_reminder(title: str, sheet: ScoreSheet, one: ScorerProgress, address: str) -> str:
    """Write the text that reminds a scorer of a sheet, ready to be sent."""
    return str(
        _(
            "%(name)s：%(title)s的“%(sheet)s”（%(number)s 个单位）还没有交，请登录填写：%(address)s",
            name=one.scorer.name,
            title=title,
            sheet=sheet.title,
            number=len(one.units),
            address=address,
        )
    )
