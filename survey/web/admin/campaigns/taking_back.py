"""Taking an armed campaign back to a draft: what it means, and the typed confirmation."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import CannotDisarm, WrongState
from survey.services.audit import audit
from survey.services.campaigns import disarming, procedure
from survey.services.operations.download_folder import handout_folder
from survey.services.voting.turnout import shown_turnout
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.context import settings
from survey.web.security import access

from .campaign_page import path_of


@blueprint.get("/c/<campaign_code>/disarm")
@access(Permission.RUN)
def disarm_page(campaign_code: str) -> ResponseReturnValue:
    """Show what taking back means, or why it cannot be done."""
    return _page(campaign_code)


@blueprint.post("/c/<campaign_code>/disarm")
@access(Permission.RUN)
def disarm(campaign_code: str) -> ResponseReturnValue:
    """Take an armed campaign back to a draft, once its code was typed."""
    with transaction() as session:
        campaign_in_scope(session, campaign_code)
    if request.form.get("typed", "").strip() != campaign_code:
        return _page(campaign_code, 422, wrong=True)
    try:
        value = procedure.disarm(campaign_code, settings().keys, handout_folder(settings().instance), by())
    except WrongState as error:
        return _page(campaign_code, 409, error=error)
    flash(_("已退回准备，原来的钥匙已作废。请把校验值 %(value)s 记入会议记录。", value=value), "good")
    return redirect(path_of(campaign_code), 303)


def _page(
    campaign_code: str, status: int = 200, *, wrong: bool = False, error: WrongState | None = None
) -> ResponseReturnValue:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        acts = [entry.act for entry, _facts in audit.current_history(session, campaign_code)]
        refusal = _sentence(error or _obstacle(session, campaign))
        codes = shown_turnout(session, campaign).total.issued
    page = render_template(
        "admin/campaigns/disarm.html",
        campaign=campaign,
        exported=Act.EXPORT_KEY in acts,
        codes=codes,
        refusal=refusal,
        wrong=wrong,
        typed=request.form.get("typed", ""),
    )
    return page, status


def _obstacle(session: Session, campaign: Campaign) -> WrongState | None:
    try:
        disarming.require_disarmable(session, campaign)
    except WrongState as error:
        return error
    return None


def _sentence(error: WrongState | None) -> str:
    if error is None:
        return ""
    if isinstance(error, CannotDisarm):
        return str(_SENTENCES[error.why]())
    return str(_("活动不在就绪状态，不能退回。"))


_SENTENCES = {
    "codes-out": lambda: _(
        "投票码已经交出去，有人可能拿着，所以不能退回。文字写错了，请用“更正文字”；规则要改，请复制成新活动。"
    ),
    "job": lambda: _("正在制作票条。请等它做完，或先取消它，再退回。"),
    "fetching": lambda: _("有人正在下载票条，所以不能退回。"),
    "ballots": lambda: _("票箱里已经有票，不能退回。"),
    "trial": lambda: _("这是试投，不用退回：清除试投数据，改好正式活动，再试一次。"),
}
