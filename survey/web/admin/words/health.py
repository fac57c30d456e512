"""What is watched, in the words of the page: its name, what was found, and what to do."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from survey.domain.definition.campaign import State
from survey.domain.operations.health import HealthFinding, HealthSubject, Observation, Verdict

from .audit_log import shown
from .labels import STATES

NAMES = {
    HealthSubject.DATABASE: _l("数据库"),
    HealthSubject.DISK: _l("磁盘"),
    HealthSubject.WORKER: _l("后台程序"),
    HealthSubject.QUEUE: _l("任务队列"),
    HealthSubject.BACKUP: _l("最近备份"),
    HealthSubject.CERTIFICATE: _l("网站证书"),
    HealthSubject.CLOCK: _l("时钟"),
    HealthSubject.CAMPAIGNS: _l("测评活动"),
    HealthSubject.VERSION: _l("版本"),
}
VERDICTS = {
    # Of an account the same word says something else in English.
    Verdict.GOOD: pgettext("verdict", "正常"),
    Verdict.NOTICE: _l("注意"),
    Verdict.ACT: _l("需处理"),
}
CHIPS = {Verdict.GOOD: "good", Verdict.NOTICE: "on", Verdict.ACT: "bad"}

ADVICE = {
    (HealthSubject.DATABASE, "careless"): _l(
        "数据库服务器的这些设置可能丢失测评票，或把测评票写进日志。请按运维文档改正，再重新载入设置。"
    ),
    (HealthSubject.DISK, "full"): _l(
        "空间不够打乱票箱（约需数据库的两倍）。请现在清理磁盘，或把数据移到更大的磁盘。"
    ),
    (HealthSubject.DISK, "filling"): _l("空间不多。请在投票开始前清理出至少 2 GB。"),
    (HealthSubject.WORKER, "none"): _l(
        "没有后台程序：票条做不出来，到时间也不会自动结束投票。请启动 minping worker。"
    ),
    (HealthSubject.WORKER, "silent"): _l(
        "后台程序没有回音：到时间不会自动结束投票。请查看它的日志，重新启动 minping worker。"
    ),
    (HealthSubject.QUEUE, "late"): _l("有任务等了五分钟以上。请查看后台程序是否在运行、是否正忙。"),
    (HealthSubject.QUEUE, "failed"): _l("一天之内有任务没有完成。请从活动的“投票码”页查看原因，重新制作。"),
    (HealthSubject.BACKUP, "never"): _l("还没有备份过。请运行 minping backup，并把文件存到另一块磁盘。"),
    (HealthSubject.BACKUP, "old"): _l("备份旧了。请运行 minping backup，并检查定时备份是否还在运行。"),
    (HealthSubject.CERTIFICATE, "plain"): _l(
        "网址没有加密（HTTP），同一网络里的人可能看到测评票；投票页已告知投票人。有条件时请改用 https。"
    ),
    (HealthSubject.CERTIFICATE, "unknown"): _l("后台程序还没有查看证书。它启动后每小时查看一次。"),
    (HealthSubject.CERTIFICATE, "unreadable"): _l(
        "读不到证书。请检查投票网址能否打开，或用 MINPING_CERTIFICATE 指明证书文件。"
    ),
    (HealthSubject.CERTIFICATE, "ended"): _l("证书已过期，投票人打不开投票网址。请立即换新证书。"),
    (HealthSubject.CERTIFICATE, "soon"): _l("证书快要到期。请检查自动续期，或换新证书。"),
    (HealthSubject.CLOCK, "apart"): _l(
        "本机与数据库服务器的时钟不一致，投票的开始和结束时间会不准。请校准两台机器的时钟。"
    ),
    (HealthSubject.CLOCK, "free"): _l(
        "本机时钟没有与时间服务器同步。不能联网时，请在投票前对表；能联网时，请启用时间同步。"
    ),
    (HealthSubject.CLOCK, "unknown"): _l("无法得知时钟是否同步。请在投票前对一次表。"),
    (HealthSubject.CAMPAIGNS, "held"): _l(
        "这些活动刚从备份恢复，投票人进不来；备份之后投的票已经没有了。请先告知有关人员，再到活动页恢复投票。"
    ),
    (HealthSubject.CAMPAIGNS, "interrupted"): _l(
        "这些活动的结束投票或销毁被中断，没有丢失测评票。请到活动页再做一次这一步，它会接着做完。"
    ),
    (HealthSubject.VERSION, "differs"): _l("后台程序与网站的版本不同。请重新启动 minping worker。"),
}


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def found(finding: HealthFinding, seen: Observation) -> str:
    """Return the sentence that says what was found of a subject."""
    # A number and what it counts stay in one line.
    return re.sub(r"(?<=\d) (?=[个天小分秒])", "\u00a0", _SAID[finding.subject](seen))


def advice(finding: HealthFinding) -> str:
    """Return the sentence that says what to do; empty where all is well."""
    return str(ADVICE.get((finding.subject, finding.why), ""))


def campaigns(finding: HealthFinding, seen: Observation) -> tuple[str, ...]:
    """Name the campaigns that a finding is about."""
    return {"held": seen.held, "interrupted": seen.interrupted}.get(finding.why, ())


def _database(seen: Observation) -> str:
    said = _("%(name)s，%(size)s", name=seen.database, size=_size(seen.size, least=16))
    return said + (_("；设置：%(names)s", names=", ".join(seen.careless)) if seen.careless else "")


def _disk(seen: Observation) -> str:
    return _("可用空间%(size)s", size=_size(seen.free, least=64))


def _worker(seen: Observation) -> str:
    return _("%(ago)s有回音", ago=_ago(seen.at - seen.beat.at)) if seen.beat else _("没有回音")


def _queue(seen: Observation) -> str:
    waiting, running, failed = (seen.jobs.get(state, 0) for state in ("waiting", "running", "failed"))
    said = _("等待 %(waiting)s 个，进行中 %(running)s 个", waiting=waiting, running=running)
    return said + (_("，一天内未完成 %(failed)s 个", failed=failed) if failed else "")


def _backup(seen: Observation) -> str:
    if seen.backed_up is None:
        return _("没有")
    return _("%(at)s（%(ago)s）", at=shown(seen.backed_up)[:16], ago=_ago(seen.at - seen.backed_up))


def _certificate(seen: Observation) -> str:
    if not seen.secure:
        return _("只在本机使用，不需要") if seen.local else _("没有加密")
    if seen.beat is None or seen.beat.ends_at is None:
        fault = seen.beat.fault if seen.beat else None
        return _("不知道（%(fault)s）", fault=fault) if fault else _("还不知道")
    left = (seen.beat.ends_at - seen.at) // timedelta(days=1)
    if seen.beat.ends_at <= seen.at:
        return _("%(day)s 已过期", day=_day(seen.beat.ends_at))
    return _("%(day)s 到期（还有 %(left)s 天）", day=_day(seen.beat.ends_at), left=left)


def _clock(seen: Observation) -> str:
    synchronised = {True: _("与时间服务器同步"), False: _("没有同步"), None: _("不知道是否同步")}
    said = _("%(now)s，%(kept)s", now=shown(seen.at)[:16], kept=synchronised[seen.synchronised])
    if seen.offset is None:
        return said
    return said + _("；与数据库相差 %(seconds)s 秒", seconds=f"{abs(seen.offset):.1f}")


def _campaigns(seen: Observation) -> str:
    said = [
        _("%(state)s %(number)s 个", state=str(STATES[state]), number=seen.states[state])
        for state in State
        if seen.states.get(state)
    ]
    return _("，").join(said) or _("没有")


def _version(seen: Observation) -> str:
    said = _("网站 %(version)s", version=seen.version)
    return said + (_("，后台程序 %(version)s", version=seen.beat.version) if seen.beat else "")


_SAID: dict[HealthSubject, Callable[[Observation], str]] = dict(
    zip(
        HealthSubject,
        (_database, _disk, _worker, _queue, _backup, _certificate, _clock, _campaigns, _version),
        strict=True,
    )
)


def _size(number: int, least: int) -> str:
    """Write a size that is known in steps of ``least`` MiB."""
    if number >= 1 << 30:
        return _("约 %(size)s", size=f"{number / (1 << 30):.1f} GB")
    return _("约 %(size)s", size=f"{number >> 20} MB") if number else _("不到 %(least)s MB", least=least)


def _ago(age: timedelta) -> str:
    minutes = max(0, age // timedelta(minutes=1))
    if minutes < 1:
        return _("刚刚")
    if minutes < 120:
        return _("%(number)s 分钟前", number=minutes)
    if minutes < 48 * 60:
        return _("%(number)s 小时前", number=minutes // 60)
    return _("%(number)s 天前", number=minutes // (24 * 60))


def _day(moment: datetime) -> str:
    return shown(moment)[:10]
