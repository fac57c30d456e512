"""Ballots on paper in words: why a page or a sheet was not taken, what is doubtful, what comes next."""

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.domain.definition.campaign import Campaign, State
from survey.domain.operations.job import Job, JobState
from survey.domain.paper.reading import Doubt, LineState, PageFault
from survey.domain.paper.record import SheetRefusal
from survey.services.paper import print_jobs, scan_jobs
from survey.services.paper.status import PaperStatus

from .steps import Stage


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


FAULTS = {
    PageFault.DAMAGED: _l("文件损坏，或者不是扫描件。请重新扫描这一张。"),
    PageFault.NO_IMAGE: _l("里面没有票面的图像。请重新扫描这一张。"),
    PageFault.TOO_LARGE: _l("页数或像素过多。请用 200 dpi 扫描，每个文件不超过 2000 页。"),
    PageFault.ONE_BIT: _l("扫成了黑白。请把扫描仪设为灰度（8 位）、200 dpi，重新扫描。"),
    PageFault.STREAKS: _l("有灰尘造成的黑线。请擦净扫描仪的玻璃，重新扫描。"),
    PageFault.CODE: _l(
        "两个二维码都读不出。请把票抚平，平整、完整地重新扫描；仍读不出的，按无码纸票记录在案。"
    ),
    PageFault.LAYOUT: _l("不是本次测评的票，或者版本、纸张不同。请检查是否混进了别的票。"),
    PageFault.MARKERS: _l("四角的方块少于三个。请把整张票平整、完整地重新扫描。"),
    PageFault.BENT: _l("票面弯曲或有折痕。请抚平后重新扫描。"),
    PageFault.COARSE: _l("分辨率太低。请用 200 dpi 重新扫描。"),
    PageFault.CONTRAST: _l("印得或扫得太淡。请调浓打印，或把扫描仪的对比度调回正常，重新扫描。"),
    PageFault.NOT_A_SPECIMEN: _l("这是正式的票，没有读。这里只试读样张。"),
    PageFault.SPECIMEN: _l("这是样张，不计票。"),
    PageFault.EMPTY: _l("空白面，如单面票的背面，不用处理。"),
}
"""Why a page was not read, and what a person can do about it."""

DOUBTS = {
    Doubt.FAINT: _l("笔迹太淡"),
    Doubt.SEVERAL: _l("不止一个框有笔迹"),
    Doubt.BESIDE: _l("框外有笔迹"),
    Doubt.CIRCLED: _l("像是画了圈"),
    Doubt.TRACE: _l("有说不清的痕迹"),
    Doubt.FILLED: _l("方框整个涂黑了"),
}
LINE_STATES = {
    LineState.MARKED: _l("填了"),
    LineState.BLANK: _l("空白"),
    LineState.DOUBTFUL: _l("要由两人认定"),
}
REFUSALS = {
    SheetRefusal.ALREADY_CAST: _l("已用手机投票"),
    SheetRefusal.ALREADY_SCANNED: _l("重复扫描，已在电子票箱里"),
    SheetRefusal.VOIDED: _l("投票码已作废"),
    SheetRefusal.UNKNOWN: _l("不是本活动发出的票"),
    SheetRefusal.OTHER_CAMPAIGN: _l("别的测评的票"),
    SheetRefusal.DOUBLE: _l("已由两人判为不计（缺页，或几份不一样）"),
}
"""Why a sheet is not counted."""


@dataclass(frozen=True)
class PaperStep:
    """What comes next: its name, what to do in a sentence or more, and where, an endpoint and a word."""

    title: str
    sentences: tuple[str, ...]
    place: str = ""
    word: str = ""


_STAGES = (_l("试样张"), _l("印票"), _l("发票、填票"), _l("清点、扫描"), _l("认定"), _l("结束"))


def stages(campaign: Campaign, status: PaperStatus) -> list[Stage]:
    """Return the stages of voting on paper."""
    present = _present(campaign, status)
    places = ("done" if n < present else "now" if n == present else "" for n in range(len(_STAGES)))
    return [Stage(str(word), "", place) for word, place in zip(_STAGES, places, strict=True)]


def _present(campaign: Campaign, status: PaperStatus) -> int:
    match campaign.state:
        case State.DRAFT:
            return 0
        case State.ARMED:
            return 1
        case State.OPEN if not campaign.is_collecting:
            return 2
        case State.OPEN:
            return 4 if status.sheets.unsettled else 3
    return len(_STAGES)


def next_step(campaign: Campaign, status: PaperStatus) -> PaperStep:
    """Return what comes next, in words for somebody who never did it."""
    match campaign.state:
        case State.DRAFT:
            return _try_first()
        case State.ARMED:
            return _print()
        case State.OPEN if not campaign.is_collecting:
            return _held_before_collecting() if campaign.held else _hand_out()
        case State.OPEN:
            return _collect(campaign, status)
    return _over(status)


def _try_first() -> PaperStep:
    return PaperStep(
        _("先试打印机和扫描仪"),
        (
            _("打印两三张样张，用会场要用的笔填写，扫描，再把扫描件放到“试读”里，看读成了什么。"),
            _("都读对了，再去就绪（冻结规则）。就绪以后才能印正式的票。"),
        ),
        "admin.campaign",
        _("回到活动"),
    )


def _print() -> PaperStep:
    return PaperStep(
        _("打印纸票"),
        (
            _("打印机和扫描仪还没有试过的，先用样张试。"),
            _("纸票和投票码一起做成，只交给您一次。印好以后打乱，装入袋中，再回到活动开始投票。"),
            _("印好票，请把钥匙另存一份：纸票钥匙丢了，扫描件就读不了。"),
        ),
        "admin.campaign",
        _("回到活动"),
    )


def _hand_out() -> PaperStep:
    return PaperStep(
        _("发票，收票"),
        (
            _("由投票人自己抽票，不登记谁拿了哪一张。填好的票投入上锁的票箱。"),
            _("收齐以后，先停止手机投票，再开票箱。次序不能颠倒。"),
        ),
        "admin.collect_paper",
        _("停止手机投票，开始收票"),
    )


def _held_before_collecting() -> PaperStep:
    return PaperStep(
        _("等系统管理员决定"),
        (
            _("数据刚从备份恢复，投票暂停；备份之后投的票已经没有了"),
            _("已经开过票箱的，先开始收票，再恢复；不然恢复以后又能用手机投票"),
        ),
        "admin.collect_paper",
        _("停止手机投票，开始收票"),
    )


def _collect(campaign: Campaign, status: PaperStatus) -> PaperStep:
    if campaign.held:
        return PaperStep(
            _("等系统管理员决定"), (_("数据刚从备份恢复，收票暂停。"),), "admin.campaign", _("回到活动")
        )
    if status.key_lost:
        said = _(
            "服务器上找不到纸票钥匙。请系统管理员把另存的那一份放回去；没有的，扫描件读不了，只能手工计票，写入记录。"
        )
        return PaperStep(_("找回纸票钥匙"), (said,))
    if status.urn is None:
        return PaperStep(
            _("开箱，清点"),
            (_("在监票人面前开箱，用手清点张数，填在下面。再把票打乱，扫描，上传。"),),
        )
    # An urn that was found empty needs no scan.
    if not status.images and status.urn != 0:
        return PaperStep(
            _("扫描，上传"),
            (_("用 200 dpi、灰度 8 位扫描，关闭自动增强。整箱票在一批里扫完。"),),
        )
    if status.sheets.unsettled:
        return PaperStep(
            _("两人认定"),
            (
                _("有 %(number)s 张票看不清或缺页。", number=status.sheets.unsettled),
                _("两人各用自己的账号，各自独立判断；意见不一的，两人当面共同决定。"),
            ),
            "admin.review_line",
            _("去认定"),
        )
    if status.unlike_urn:
        return PaperStep(
            _("查清张数"),
            (_difference(status.unlike_urn), _("查清以后再结束；查不清的，写入记录，也可以结束。")),
            "admin.campaign",
            _("回到活动"),
        )
    return PaperStep(
        _("结束投票"),
        (_("手工清点数和扫描数相符，没有待认定的票。回到活动，结束投票，再计票。"),),
        "admin.campaign",
        _("回到活动"),
    )


def _difference(more: int) -> str:
    if more > 0:
        return _("手工清点的比扫描到的多 %(number)s 张：可能有票没有扫、没有读出，或读不出码。", number=more)
    return _("扫描到的比手工清点的多 %(number)s 张：可能数错了，或混进了别的票。", number=-more)


def _over(status: PaperStatus) -> PaperStep:
    said = [_("投票已经结束，不能再收票。纸票钥匙已经销毁。")]
    if status.unlike_urn:
        said.append(_difference(status.unlike_urn))
    said.append(_("请删除扫描文件，清除扫描仪的存储和邮箱；纸票由监票人封存。"))
    return PaperStep(_("收尾"), tuple(said), "admin.campaign", _("回到活动"))


def job_name(job: Job) -> str:
    """Return what a job on paper does."""
    if job.kind == scan_jobs.KIND:
        return _("读 %(number)s 个扫描文件", number=len(job.detail[scan_jobs.FILES]))
    if job.kind == print_jobs.SPECIMENS:
        return _("制作 %(number)s 张样张", number=job.total)
    return _("制作 %(number)s 张纸票", number=job.total)


def job_state(job: Job) -> str:
    """Return in a word where a job on paper stands."""
    if job.state is JobState.DONE and job.kind != scan_jobs.KIND:
        return str(_l("可以下载") if job.file else _l("已过期删除") if job.fault else _l("已下载"))
    return str(_JOB_STATES[job.state])


_JOB_STATES = {
    JobState.WAITING: _l("排队中"),
    JobState.RUNNING: _l("进行中"),
    JobState.DONE: _l("已读完"),
    JobState.CANCELLED: _l("已取消"),
    JobState.FAILED: _l("未完成"),
}
