"""The end of voting by phone, with the campaign's code typed, and the sheets that were counted by hand."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import State
from survey.domain.errors import WrongState
from survey.services.paper import collecting
from survey.services.voting.turnout import shown_turnout
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.security import access

from .paper_page import page_of, paper_campaign, shown_page

MAX_COUNTED = 1_000_000


@blueprint.get("/c/<campaign_code>/paper/collect")
@access(Permission.RUN)
def collect_paper(campaign_code: str) -> ResponseReturnValue:
    """Show what it means to end voting by phone, or why it cannot be done."""
    return _page(campaign_code)


@blueprint.post("/c/<campaign_code>/paper/collect")
@access(Permission.RUN)
def begin_collecting(campaign_code: str) -> ResponseReturnValue:
    """End voting by phone, for good, once the campaign's code was typed."""
    with transaction() as session:
        paper_campaign(session, campaign_code)
    if request.form.get("confirm", "").strip() != campaign_code:
        return _page(campaign_code, 422, wrong=True)
    try:
        with transaction(write=True) as session:
            value = collecting.collect(session, campaign_code, by())
    except WrongState:
        return _page(campaign_code, 409)
    flash(_("手机投票已停止，可以开票箱了。请把校验值 %(value)s 记入会议记录。", value=value), "good")
    return redirect(page_of(campaign_code), 303)


@blueprint.post("/c/<campaign_code>/paper/counted")
@access(Permission.RUN)
def count_urn(campaign_code: str) -> ResponseReturnValue:
    """Note how many sheets were counted by hand."""
    with transaction() as session:
        paper_campaign(session, campaign_code)
    typed = request.form.get("counted", "").strip()
    if not _is_number(typed):
        said = _("请填写 0 至 %(most)s 的整数。", most=MAX_COUNTED)
        return shown_page(campaign_code, 422, counted=typed, counted_fault=said)
    try:
        with transaction(write=True) as session:
            value = collecting.note_urn(session, campaign_code, int(typed), by())
    except WrongState:
        return shown_page(campaign_code, 409, refusal=_("现在不能登记：先停止手机投票，再开箱清点。"))
    flash(
        _("已登记 %(number)s 张。请把校验值 %(value)s 记入会议记录。", number=int(typed), value=value), "good"
    )
    return redirect(page_of(campaign_code), 303)


def _page(campaign_code: str, status: int = 200, *, wrong: bool = False) -> ResponseReturnValue:
    with transaction() as session:
        campaign = paper_campaign(session, campaign_code)
        turnout = shown_turnout(session, campaign)
    refusal = ""
    if campaign.is_collecting:
        refusal = _("手机投票已经停止，正在收票。")
    elif campaign.state is not State.OPEN:
        refusal = _("投票不在进行中，不用停止手机投票。")
    page = render_template(
        "admin/paper/collect.html",
        campaign=campaign,
        turnout=turnout,
        hardly=not turnout.total.returned,
        refusal=refusal,
        wrong=wrong,
        typed=request.form.get("confirm", ""),
    )
    return page, status


def _is_number(typed: str) -> bool:
    short = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MAX_COUNTED))
    return short and int(typed) <= MAX_COUNTED
