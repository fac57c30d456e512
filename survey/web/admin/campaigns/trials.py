"""Trial runs: begin one, and erase all of it."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from survey.domain.accounts.roles import Permission
from survey.domain.errors import OldReaders, UnfinishedDraft, WrongState
from survey.services.campaigns import trial
from survey.services.operations.download_folder import handout_folder
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.labels import STATES
from survey.web.admin.words.retention import held_up
from survey.web.context import settings
from survey.web.security import access

from .campaign_page import path_of, shown_page


@blueprint.get("/c/<campaign_code>/trial")
@access(Permission.READ_CAMPAIGNS)
@login_required
def trials(campaign_code: str) -> ResponseReturnValue:
    """Show what a trial run is, and list those there are."""
    return _page(campaign_code)


@blueprint.post("/c/<campaign_code>/trial")
@access(Permission.RUN)
@login_required
def begin_trial(campaign_code: str) -> ResponseReturnValue:
    """Copy a campaign into a trial run."""
    try:
        with transaction(write=True) as session:
            campaign_in_scope(session, campaign_code)
            made = trial.begin(session, campaign_code, by())
    except UnfinishedDraft:
        return _page(campaign_code, 409, _("活动设置里还有没改正的问题，改正后才能试投。"))
    except WrongState:
        return _page(campaign_code, 409, _("投票开始以后，不能再试投。"))
    flash(_("试投已建立，请像正式投票一样操作一遍，最后清除。"), "good")
    return redirect(path_of(made.code), 303)


@blueprint.post("/c/<campaign_code>/erase")
@access(Permission.RUN)
@login_required
def erase_trial(campaign_code: str) -> ResponseReturnValue:
    """Erase a trial run, with all that belongs to it."""
    typed = request.form.get("erase", "")
    with transaction() as session:
        tried = campaign_in_scope(session, campaign_code).trial_of
    if tried is None:
        return shown_page(campaign_code, 409, refusal=_("这不是试投，不能清除。"))
    if typed.strip() != campaign_code:
        return shown_page(campaign_code, 422, erase_typed=typed, erase_wrong=True)
    try:
        trial.erase(campaign_code, settings().keys, handout_folder(settings().instance), by())
    except OldReaders as error:
        said = _(
            "试投数据已删除，但数据库文件里的痕迹还清不掉：%(who)s。处理后不用再做什么，系统每分钟会自动再试。",
            who=held_up(error),
        )
        flash(said, "warn")
    else:
        flash(_("试投数据已全部清除，操作日志保留。"), "good")
    return redirect(path_of(tried), 303)


def _page(campaign_code: str, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        found = [campaign_in_scope(session, one) for one in trial.trials_of(session, campaign_code)]
    page = render_template(
        "admin/campaigns/trials.html",
        campaign=campaign,
        path=path_of(campaign_code),
        trials=found,
        states=STATES,
        refusal=refusal,
    )
    return page, status
