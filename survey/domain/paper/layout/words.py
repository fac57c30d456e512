"""What a paper ballot says to whoever fills it in."""

from collections.abc import Iterable

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.campaign import Line
from survey.domain.definition.rules import BlankRule, OverQuota, PaperRules, PaperTexts, Spoiling
from survey.domain.definition.scale import Scale

HOW = "每行选一格，用黑色或蓝色笔在方框内打勾。"
WRONG = "选错了：把错的方框整个涂黑，再选另一格，由两名工作人员共同认定。一行选了几格的，该行作未填。"
TICK = "用黑色或蓝色笔，在要选的人的方框内打勾。"
WRONG_TICK = "勾错了：把方框整个涂黑，由两名工作人员共同认定。"
WRONG_ON_LIST = "名单上勾错了的，只把方框整个涂黑。"
NO_NAME = "勿写姓名，勿折叠四角和二维码。角上的码只有随机号，用来防止重复计票，不含姓名。"
NO_NAME_OF_ONES_OWN = NO_NAME.replace("勿写姓名", "勿写自己的姓名")
NAMES = "另荐他人（不另荐的，框内留空）：每框写一人的姓名；同名的，姓名后写明单位。"
NAMES_LEFT_OUT = "名单上的人请直接打勾；另写名单上的人、可能是同一人的、看不清的，都不另计。"
BY_PHONE = "文字意见请用手机提交。"
TYPED = "手写意见由工作人员录入，笔迹可能被认出。"
TYPED_NAMES = "手写的姓名、意见由工作人员录入，笔迹可能被认出。"

_OVER = {OverQuota.BLANK: "超过的，这些人的该项都作未填", OverQuota.SPOIL: "超过的，整张票作废"}
_EMPTY = {
    BlankRule.ALLOW: "",
    BlankRule.ABSTAIN: "没有填的行计为弃权。",
    BlankRule.REQUIRE: "每一行都要填，有漏填的整张票作废。",
}
_SPOILED = {
    Spoiling.ALL_BLANK: "全部空白的",
    Spoiling.ALL_SAME: "全部选同一等次的",
    Spoiling.ALL_TOP: "全部选最高等次的",
}


def how(form: BallotForm) -> str:
    """Return the first instruction, which has the examples beside it."""
    return TICK if all(line.is_ticked for line in form.lines) and form.lines else HOW


def instructions(form: BallotForm, paper: PaperRules) -> tuple[str, ...]:
    """List the instructions below the first, which has the examples beside it."""
    rules = form.definition.rules
    graded = not form.lines or any(not line.is_ticked for line in form.lines)
    breakable = [why for why in Spoiling if why in rules.spoiled_if and graded]
    if form.has_ticked_list:
        breakable = [why for why in breakable if why is not Spoiling.ALL_BLANK]
    spoiled = "、".join(_SPOILED[why] for why in breakable)
    judged = (_EMPTY[rules.blank] if graded else "") + (f"{spoiled}，整张票作废。" if spoiled else "")
    wrong = (WRONG + WRONG_ON_LIST if form.has_ticked_list else WRONG) if graded else WRONG_TICK
    said = (wrong, *_quotas(form, paper), _reasons(form, paper), judged, _no_name(form, paper))
    return tuple(text for text in said if text)


def _no_name(form: BallotForm, paper: PaperRules) -> str:
    """Return what is not to be written, and what becomes of what is."""
    if paper.texts is PaperTexts.NONE or not form.texts:
        return NO_NAME + (BY_PHONE if form.texts else "")
    return NO_NAME_OF_ONES_OWN + TYPED_NAMES if form.name_fields else NO_NAME + TYPED


def reason(scale: Scale) -> str:
    """Return what stands above the frame for reasons beneath the lines of a scale."""
    return f"评{_asking([scale])}的，请写明理由"


def _reasons(form: BallotForm, paper: PaperRules) -> str:
    """Return what becomes of a grade without the reason that it asks for, empty where none does."""
    if not form.reasoned or paper.texts is PaperTexts.NONE:
        return ""
    scales = [line.scale for line in form.reasoned]
    return f"评{_asking(scales)}的，要在下面的框内写明理由；框内没有写字的，这些行作未填。"


def _asking(scales: Iterable[Scale]) -> str:
    """Name the grades that ask for a reason, each once."""
    grades = (grade for scale in scales for grade in scale.grades)
    labels = dict.fromkeys(grade.label for grade in grades if grade.reason_required)
    return "、".join(f"“{label}”" for label in labels)


def _list(line: Line, allowed: int, names: int) -> str:
    """Describe of a list what an empty box counts as, after how many may be ticked where more are printed.

    Too many spoil the sheet: ``paper.over_quota`` of a campaign with such a list can be nothing else.
    """
    empty = line.scale.grades[line.empty_position - 1].label
    written = line.section.write_in
    who = "打勾的和另写的合计" if written else "打勾的"
    limit = f"{who}不超过 {allowed} 人；{_OVER[OverQuota.SPOIL]}。" if allowed < names + written else ""
    return f"《{line.section.title}》{limit}没有打勾的，计为“{empty}”。{NAMES_LEFT_OUT if written else ''}"


def _quotas(form: BallotForm, paper: PaperRules) -> tuple[str, ...]:
    """Put each quota into words that this ballot can break, in numbers, and say what empty boxes are."""
    found = []
    for _quota, allowed, position, places in form.quotas:
        line = form.lines[places[0]] if places else None
        if line and line.is_ticked:
            found.append(_list(line, allowed, len(places)))
        elif line and allowed < len(places):
            grade = line.scale.grades[position - 1].label
            found.append(
                f"《{line.section.title}》“{line.criterion.label}”一项，"
                f"评“{grade}”的不超过 {allowed} 人；{_OVER[paper.over_quota]}。"
            )
    return tuple(found)
