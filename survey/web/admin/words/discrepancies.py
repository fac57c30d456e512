"""What does not add up in a count, in words for those who have to deal with it."""

from dataclasses import dataclass

from flask_babel import gettext as _

from survey.domain.count.discrepancies import AGAINST_SIGNING, Discrepancy, DiscrepancyKind
from survey.domain.count.kept_texts import LeftOut
from survey.domain.definition.campaign import Definition
from survey.domain.publication.moderation import subjects


@dataclass(frozen=True)
class Told:
    """A finding in words: what was found, what to do, and whether nobody may sign because of it."""

    what: str
    do: str
    against: bool


def told(finding: Discrepancy, definition: Definition) -> Told:
    """Return in words what was found, what to do, and whether it stands against signing."""
    group = definition.group.get(finding.group)
    values = {
        "group": group.label if group else finding.group,
        "number": finding.number,
        "of": finding.of,
        "receipt": finding.receipt,
    }
    what, do = _sentences(values)[finding.kind]
    return Told(what, do, finding.kind in AGAINST_SIGNING)


def not_kept(left_out: LeftOut, definition: Definition) -> str:
    """Describe of which forms and questions texts were not kept, and how many as far as that may be told."""
    if not left_out.fields:
        return ""
    named = subjects(definition)
    kinds = {"comment": _("意见"), "question": _("回答"), "reason": _("理由"), "name": _("另荐人选")}
    places = _("、").join(
        _("“%(name)s”的%(kind)s", name=named[of], kind=kinds[kind]) for kind, of in left_out.fields
    )
    said = _("为不暴露个人，以下文字不保留：%(places)s。", places=places)
    if not left_out.untold:
        number = _("共 %(number)s 条。", number=left_out.number)
    elif left_out.number:
        number = _(
            "能列出的有 %(number)s 条；此外还有没有、有几条，会显示少数人的选择，所以不列。",
            number=left_out.number,
        )
    else:
        number = _("有没有、有几条，会显示少数人的选择，所以不列。")
    return f"{said}{number}"


def _sentences(values: dict[str, object]) -> dict[DiscrepancyKind, tuple[str, str]]:
    return {
        DiscrepancyKind.UNREADABLE: (
            _("%(group)s：收回 %(of)s 张，其中 %(number)s 张无法读取。", **values),
            _("可能有密封票被删除或损坏。请记入书面记录，由监票人决定结果是否有效。"),
        ),
        DiscrepancyKind.SURPLUS: (
            _("%(group)s：票箱中有 %(number)s 张票，而用过的投票码只有 %(of)s 个。", **values),
            _("有人绕过系统向票箱放了票。不能签字，请停止使用本次结果并查明原因。"),
        ),
        DiscrepancyKind.COPIES: (
            _("票箱中有 %(number)s 张密封票是复制品，每张票只计了一次。", **values),
            _("计票结果不受影响。请记入书面记录，并查明是谁改动了数据库。"),
        ),
        DiscrepancyKind.RECEIPT: (
            _("回执码 %(receipt)s 出现了 %(number)s 次。", **values),
            _("各张票都已计入。回执清单里会如实列出多次；请记入书面记录。"),
        ),
        DiscrepancyKind.RECEIPTS: (
            _("另有 %(number)s 个回执码出现不止一次。", **values),
            _("可在公布的回执清单中逐个查看。"),
        ),
        DiscrepancyKind.CODES_GONE: (
            _("%(group)s：现存的投票码少于发出的投票码。", **values),
            _("有投票码在系统之外被删除。不能签字，请查明原因。"),
        ),
        DiscrepancyKind.PRESENT: (
            _("%(group)s：收回 %(number)s 张，多于到会的 %(of)s 人。", **values),
            _("不能签字。请核对到会人数；人数无误的，说明有人用了不属于自己的投票码。"),
        ),
        DiscrepancyKind.PRESENT_UNKNOWN: (
            _("%(group)s：投票开始时张数少，开始后又补发过投票码，但没有登记实到人数。", **values),
            _("登记以前不能签字。请到活动页登记该票种的实到人数。"),
        ),
        DiscrepancyKind.ISSUED_SET: (
            _("现存的投票码与操作日志记载的不是同一批。"),
            _("有投票码在系统之外被增加、删除或改动。不能签字，请查明原因。"),
        ),
        DiscrepancyKind.RECOUNT: (
            _("最近一次重新计票的结果与原计票不一致。"),
            _("不能签字。票箱在两次计票之间被改动过，请查明原因后再重新计票。"),
        ),
        DiscrepancyKind.NAMES_OPEN: (
            _("另荐的人选还没有全部认定。"),
            _("认定以前不能签字。请两名工作人员到“另荐人选”页分别认定。"),
        ),
        DiscrepancyKind.URN: (
            _("人工清点纸票 %(number)s 张，放入票箱和扫描后退回的共 %(of)s 张。", **values),
            _("不影响签字。请重新清点，核对有没有漏扫或读不出码的纸票，把原因记入书面记录。"),
        ),
    }
