"""A certificate in Chinese sentences: what the PDF and the Word report say of how a count came about."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from survey.domain.accounts.account_history import ConfirmingRole
from survey.domain.audit.acts import Act
from survey.domain.count.accounting import GroupAccount
from survey.domain.count.certificate import PARTS, STEPS, Certificate, Step, TokensMoved, short_digest
from survey.domain.definition.campaign import Custody
from survey.domain.results.correction_words import acts_words
from survey.domain.results.official import WITHHELD

from .signer_words import in_chinese, made_by, paper_lines, teller_lines

CUSTODY_NONE = "没有记录。"
ACCOUNT_HEADS = ("票种", "到会", "发出", "作废", "未用", "收回", "有效", "废票", "无法识别")
ON_PAPER = "其中纸票"
_PAPER_AT = ACCOUNT_HEADS.index("收回") + 1
BESIDE = "本确认书所列签字，是两人分别以本人账号在系统中作出的；纸上的亲笔签字与之并列，请逐人核对。"
BESIDE_ONE = (
    "按冻结的规则，本次计票由一个账号签字确认：没有第二个账号复核，签字人一人对计票结果负责。"
    "所列签字是其以本人账号在系统中作出的；纸上的亲笔签字与之并列，请核对。"
)
LATE = (
    "开始投票时张数少的票种，谁把此后补发的投票码自己投出，就可能推算他人的选择：判断作答是否过小时，不计补发的张数；"
    "补发须有第二人确认，并须登记到会人数。"
)
NOT_DESTROYED = "尚未销毁：密封票和票箱钥匙仍在，销毁以后请重新打印。"


def when(moment: datetime, zone: str) -> str:
    """Write a moment to the second, in a time zone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def spaced(digest: str) -> str:
    """Write a digest in groups of eight, as people compare it."""
    plain = digest.removeprefix("sha256:")
    return " ".join(plain[at : at + 8] for at in range(0, len(plain), 8))


def account_rows(certificate: Certificate) -> list[list[str]]:
    """Write the ballot accounting, a row for each rater group and one for all."""
    return [
        [label, *_account(account)] for label, account in [*certificate.accounts, ("合计", certificate.total)]
    ]


def account_table(certificate: Certificate) -> tuple[Sequence[str], list[list[str]]]:
    """Return heads and rows of the ballot accounting as it is printed: one row where all are of one group.

    Those on paper have a column where every group's may be shown.
    """
    heads: Sequence[str] = ACCOUNT_HEADS
    rows = account_rows(certificate)
    papers = [account.paper for _, account in (*certificate.accounts, ("", certificate.total))]
    if None not in papers:
        heads = (*heads[:_PAPER_AT], ON_PAPER, *heads[_PAPER_AT:])
        rows = [
            [*row[:_PAPER_AT], str(paper), *row[_PAPER_AT:]] for row, paper in zip(rows, papers, strict=True)
        ]
    if len(certificate.accounts) > 1:
        return heads, rows
    return ("范围", *heads[1:]), [["全部", *rows[-1][1:]]]


def paper(certificate: Certificate) -> list[str]:
    """Describe how many ballots came on paper, and what was counted by hand; nothing where nobody could."""
    on_paper, by_phone = certificate.total.paper, certificate.total.by_phone
    if on_paper is None:
        return []
    said = [f"收回的票中，纸票 {on_paper} 张，手机票 {by_phone} 张。"]
    if certificate.refused_paper:
        said.append(f"另有纸票 {certificate.refused_paper} 张，扫描后没有放入票箱（如投票码已用手机投票）。")
    if certificate.counted_by_hand is not None:
        said.append(f"人工清点纸票 {certificate.counted_by_hand} 张。")
    return said


def _account(account: GroupAccount) -> list[str]:
    return [
        "" if account.present is None else str(account.present),
        str(account.issued),
        str(account.voided),
        str(account.unused),
        str(account.returned),
        WITHHELD if account.valid is None else str(account.valid),
        WITHHELD if account.spoiled is None else str(account.spoiled),
        str(account.unreadable),
    ]


def steps(certificate: Certificate) -> list[Step]:
    """List the steps for a paper, without those that the list of codes names one by one."""
    return [step for step in certificate.steps if step.act not in (Act.ISSUE, Act.VOID)]


def step_name(step: Step) -> str:
    """Name a step."""
    return STEPS[step.act]


def moved(move: TokensMoved) -> str:
    """Describe one issue, or one voiding, of codes: how many of which rater group."""
    numbers = "、".join(f"{label} {number} 张" for label, number in move.groups) or "无"
    return f"{'作废' if move.voided else '发出'}：{numbers}{_late(move)}"


def _late(move: TokensMoved) -> str:
    """Describe who issued codes to small groups after opening, and who agreed; empty where none were."""
    small = "、".join(
        (
            *(f"{label}开始投票时只有 {number} 张" for label, number in move.late),
            *(f"{label}开始投票时能评同一对象的只有 {number} 张" for label, number in move.late_pools),
        )
    )
    if not small:
        return ""
    agreed = f"{move.second} 确认" if move.second else "没有第二人确认"
    return f"（{small}；由 {move.by} 发出，{agreed}）"


def before_or_after(move: TokensMoved) -> str:
    """Describe whether voting had begun when codes were issued or voided."""
    return "开始投票后" if move.after_opening else "开始投票前"


def keeping(certificate: Certificate) -> str:
    """Describe who kept the private key of the box."""
    kept = certificate.keeping
    if kept.custody is Custody.SCRUTINEERS:
        holders = f"；持有人：{'、'.join(kept.holders)}" if kept.holders else ""
        return f"由监票人分持，共 {kept.shares} 份，{kept.threshold} 份可开箱{holders}。"
    if kept.custody is Custody.SERVER:
        copies = f"另存副本 {kept.exported} 份" if kept.exported else "没有另存副本"
        return f"由系统管理员保管，{copies}。"
    return CUSTODY_NONE


def destruction(certificate: Certificate) -> str:
    """Describe whether ballots and key are destroyed, and who confirmed that of copies and shares."""
    gone = certificate.destruction
    if gone is None:
        return NOT_DESTROYED
    began = when(gone.began_at, certificate.time_zone)
    if gone.ended_at is None:
        return f"{began} 开始销毁密封票和票箱钥匙，尚未完成。{_confirmed(gone.confirmed)}"
    ended = when(gone.ended_at, certificate.time_zone)
    return f"{ended} 密封票和票箱钥匙已销毁。{_confirmed(gone.confirmed)}"


def _confirmed(names: Sequence[str]) -> str:
    if not names:
        return "另存的副本和各人所持份额：没有人确认已销毁。"
    return f"确认另存的副本和所持份额已销毁的人：{'、'.join(names)}。"


def signatures(certificate: Certificate) -> list[str]:
    """Describe who signed in the software and when, and how that account had come about.

    Those who said whom written names mean follow, with their accounts.
    """
    zone = certificate.time_zone
    said = []
    for signer in certificate.signers:
        made = f"，账号设于 {when(signer.account_made, zone)}{made_by(signer)}" if signer.account_made else ""
        said.append(f"{PARTS[signer.part]} {signer.name}：{when(signer.signed_at, zone)} 签字{made}")
        said += paper_lines(signer, zone)
    for teller in certificate.name_tellers:
        said += [f"另荐人选认定人 {teller.name}", *teller_lines(teller, zone, in_chinese)]
    return said


def beside(certificate: Certificate) -> str:
    """Describe what the signatures in the software are beside those by hand, and what one alone means."""
    return BESIDE if certificate.signatures > 1 else BESIDE_ONE


def by_hand(certificate: Certificate) -> list[str]:
    """List the places for those who confirmed on paper that a reset was right, one for each account reset."""
    places = []
    for signer in certificate.signers:
        resets = signer.standing.resets if signer.standing else ()
        if any(one.confirmed and one.confirmed.role is ConfirmingRole.SIGNER for one in resets):
            places.append(f"{signer.name} 的账号重设经另一签字人书面确认（签字）：")
    return places


def extensions(certificate: Certificate) -> list[str]:
    """Describe when the end of the voting was moved, and by whom."""
    zone = certificate.time_zone
    return [
        f"{when(one.at, zone)} {one.actor} 把结束时间从 {when(one.before, zone)} 改为 {when(one.to, zone)}"
        for one in certificate.extensions
    ]


def corrections(certificate: Certificate) -> list[str]:
    """Describe what was corrected after arming, when, by whom, and to which digest of the wording."""
    zone, names = certificate.time_zone, dict(certificate.names)
    return [
        f"更正：{when(one.at, zone)} {one.actor}（{one.second} 确认）：{acts_words(one.changes, names)}。"
        f"文字摘要 {short_digest(one.old)} → {short_digest(one.new)}。"
        for one in certificate.corrections
    ]
