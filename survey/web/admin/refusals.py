"""Refusals that any act on a campaign may meet: the campaign's page, with a sentence on what to do."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.errors import (
    BadFile,
    BrokenLog,
    HeavyTemplate,
    MinpingError,
    NoSpace,
    NotCertifiable,
    NotesGone,
    OldReaders,
    PaperKeyLost,
    UnconfirmedReset,
    Unfinished,
    UnfinishedDraft,
    UnfitTemplate,
    WrongKey,
    WrongStage,
    WrongState,
)
from survey.web.admin.campaigns.campaign_page import shown_page
from survey.web.admin.words.retention import held_up
from survey.web.errors import page

from .blueprint import blueprint

_SENTENCES: dict[type[MinpingError], Callable[[], str]] = {
    PaperKeyLost: lambda: _(
        "服务器上没有纸票钥匙文件，纸票读不出来。请系统管理员把导出的副本放回原处；没有副本的，只能人工计票。"
    ),
    WrongState: lambda: _("这一步现在不能做：活动的状态已经变了，或者已有人做过。请看下一步。"),
    WrongStage: lambda: _("这一步现在不能做：考核已办结，或者还没到、已过了这个阶段。什么都没有改变。"),
    NotesGone: lambda: _("密封用的钥匙不在服务器上，什么都没有保存。请系统管理员把抄存的钥匙放回原处。"),
    UnfinishedDraft: lambda: _("活动设置里还有没改正的问题，改正之前不能冻结。"),
    NotCertifiable: lambda: _("现在不能签字：有对不上的地方。请到签字页查看原因和处理办法。"),
    UnconfirmedReset: lambda: _(
        "现在不能签字，也不能认定另荐人选：账号在规则冻结以后被他人重设过，还没有人确认。请看“签字账号的重设”。"
    ),
    BrokenLog: lambda: _("操作日志的校验不通过，日志可能被改写。请停止操作，并核对纸上记下的校验值。"),
    BadFile: lambda: _(
        "服务器上没有可用的票箱钥匙文件。请系统管理员把导出的副本放回原处，或清除残留的旧文件。"
    ),
    WrongKey: lambda: _("服务器上的钥匙文件不属于本次测评。请系统管理员把导出的副本放回原处。"),
    NoSpace: lambda: _("服务器磁盘空间不够，什么都没有改变。请系统管理员腾出空间后再试。"),
    HeavyTemplate: lambda: _(
        "用本单位的 Word 模板做出的文件过大，或做得太慢，没有生成。请到“文件模板”撤下它，或精简后再传。"
    ),
    UnfitTemplate: lambda: _(
        "本单位的 Word 模板已不能用，没有生成文件。请到“文件模板”撤下它，或改好后再传。"
    ),
    Unfinished: lambda: _(
        "这一步没有做完，可能是服务器磁盘空间不够。测评票没有丢失。请系统管理员查看后再做一次，系统会从中断处继续。"
    ),
}


def _refused(error: MinpingError) -> ResponseReturnValue:
    said = next(sentence() for kind, sentence in _SENTENCES.items() if isinstance(error, kind))
    return _shown(error, said)


def _held_up(error: OldReaders) -> ResponseReturnValue:
    return _shown(
        error,
        _(
            "测评票没有丢失，但数据库文件里的旧数据还清不掉：%(who)s。处理后请再做一次，系统会从中断处继续。",
            who=held_up(error),
        ),
    )


def _shown(error: MinpingError, said: str) -> ResponseReturnValue:
    campaign_code = (request.view_args or {}).get("campaign_code")
    return (
        shown_page(campaign_code, 409, refusal=said)
        if campaign_code
        else page(409, type(error).__name__, said)
    )


for _kind in _SENTENCES:
    blueprint.register_error_handler(_kind, _refused)
blueprint.register_error_handler(OldReaders, _held_up)
