"""The campaign's page, and the acts that are done on it."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import State
from survey.domain.errors import (
    BadFile,
    BadSetting,
    NoSpace,
    NotCollecting,
    OldReaders,
    PaperKeyLost,
    ScansUnderWay,
    SheetsWait,
    UnknownCampaign,
    WrongKey,
    WrongState,
)
from survey.services.campaigns import campaigns, drafts, procedure
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by, may
from survey.web.admin.scope import campaign_in_scope, in_scope
from survey.web.admin.words.retention import held_up
from survey.web.context import settings
from survey.web.security import access

from .campaign_page import path_of, refused_page, shown_page

_MAX_NUMBER = 1_000_000


@blueprint.get("/c/<campaign_code>")
@access(Permission.READ_CAMPAIGNS)
def campaign(campaign_code: str) -> ResponseReturnValue:
    """Show where a campaign stands and what comes next."""
    with transaction() as session:
        if _is_only_a_draft(session, campaign_code):
            return redirect(url_for("admin.setup", campaign_code=campaign_code), 303)
    return shown_page(campaign_code)


@blueprint.post("/c/<campaign_code>/open")
@access(Permission.RUN)
def open_voting(campaign_code: str) -> ResponseReturnValue:
    """Open the voting: from now on voters are admitted."""
    try:
        with transaction(write=True) as session:
            found = campaign_in_scope(session, campaign_code)
            if found.held and found.state is State.OPEN and not may(Permission.REOPEN):
                abort(403)
            value = campaigns.open_voting(
                session, campaign_code, settings().base_url, allow_http=settings().allow_http, by=by()
            )
    except BadSetting:
        return refused_page(
            campaign_code, _("网址没有加密（http），不能开始投票。请系统管理员改用 https 网址。")
        )
    except WrongState:
        return refused_page(campaign_code, _("现在不能开始投票：请看下一步里还缺什么。"))
    flash(_("投票已开始。请把校验值 %(value)s 记入会议记录。", value=value), "good")
    return _back(campaign_code)


@blueprint.post("/c/<campaign_code>/close")
@access(Permission.RUN)
def close(campaign_code: str) -> ResponseReturnValue:
    """End the voting, for good."""
    typed = request.form.get("typed", "")
    with transaction() as session:
        campaign_in_scope(session, campaign_code)
    if typed.strip() != campaign_code:
        return shown_page(campaign_code, 422, typed=typed, typed_wrong=True)
    try:
        value = procedure.close(campaign_code, by(), settings().keys)
    except NotCollecting:
        return refused_page(campaign_code, _("还没有开始收票，不能结束。请先开始收票，手机投票随之结束。"))
    except SheetsWait as error:
        said = _(
            "还不能结束：%(waiting)s 张纸票等待两人认定，%(incomplete)s 张缺页。请先到“纸票”页处理。",
            waiting=error.waiting,
            incomplete=error.incomplete,
        )
        return refused_page(campaign_code, said)
    except ScansUnderWay:
        return refused_page(campaign_code, _("还不能结束：扫描的纸票正在读。请等它读完，或者取消。"))
    except (PaperKeyLost, BadFile, WrongKey):
        said = _(
            "服务器上没有可用的纸票钥匙，读过的纸票打不开。请系统管理员把另存的那一份放回原处；"
            "确实找不回来的，由系统管理员用命令放弃这些纸票后结束。"
        )
        return refused_page(campaign_code, said)
    except WrongState:
        return refused_page(campaign_code, _("投票不在进行中，不能结束。"))
    except NoSpace:
        return refused_page(
            campaign_code, _("服务器磁盘空间不够，票箱打乱不了。请系统管理员腾出空间后再试。")
        )
    except OldReaders as error:
        said = _(
            "投票已结束，测评票没有丢失，但旧顺序还不能从数据库文件里清掉：%(who)s。处理后请再点一次。",
            who=held_up(error),
        )
        return refused_page(campaign_code, said)
    with transaction() as session:
        waits = not campaign_in_scope(session, campaign_code).shaken
    said = (
        _("投票已结束。截止前发出的回复再等 10 分钟，随后自动打乱票箱。校验值：%(value)s。", value=value)
        if waits
        else _("投票已结束，票箱已打乱。请把校验值 %(value)s 记入会议记录。", value=value)
    )
    flash(said, "good")
    return _back(campaign_code)


@blueprint.post("/c/<campaign_code>/present")
@access(Permission.NOTE_PRESENCE)
def present(campaign_code: str) -> ResponseReturnValue:
    """Note how many people of each rater group are in the room; empty fields are left alone."""
    with transaction(write=True) as session:
        found = campaign_in_scope(session, campaign_code)
        groups = found.definition.groups
        typed = {group.key: request.form.get(f"present.{group.key}", "").strip() for group in groups}
        wrong = [group.key for group in groups if typed[group.key] and not _is_number(typed[group.key])]
        if not wrong:
            before = campaigns.present(session, found)
            for key, number in typed.items():
                if number and int(number) != before.get(key):
                    campaigns.set_present(session, campaign_code, key, int(number), by())
    if wrong:
        return shown_page(campaign_code, 422, present_typed=typed, present_wrong=wrong)
    flash(_("实到人数已登记。"), "good")
    return _back(campaign_code)


def _back(campaign_code: str) -> ResponseReturnValue:
    return redirect(path_of(campaign_code), 303)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_NUMBER))


def _is_only_a_draft(session: Session, campaign_code: str) -> bool:
    try:
        campaigns.find_campaign(session, campaign_code)
    except UnknownCampaign:
        if not in_scope(drafts.find(session, campaign_code).unit):
            raise
        return True
    return False
