"""Ballots and specimens to be printed: asking for the job that makes the file."""

from collections.abc import Callable

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import (
    BadCredentials,
    BadFile,
    JobUnderway,
    MinpingError,
    MissingGlyphs,
    NeedsSecondPerson,
    NoSpace,
    PaperKeyLost,
    WrongKey,
    WrongState,
)
from survey.domain.operations.job import Job
from survey.services.operations import jobs
from survey.services.paper import print_jobs
from survey.services.paper.printing import LeftOut
from survey.services.voting.tokens import planned_are_issued, planned_numbers
from survey.storage.database import transaction
from survey.web.admin.accounts.second_person import second_of
from survey.web.admin.blueprint import blueprint
from survey.web.context import now
from survey.web.jobs import print_place
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .paper_forms import BallotsForm, ListedForm, SpecimensForm, ballots_form, specimens_form
from .paper_page import paper_campaign, shown_page

MAX_LIST = 4 << 20
"""Bytes of a list of codes: 20,000 of them, in any spelling, are two."""


@blueprint.post("/c/<campaign_code>/paper/ballots")
@access(Permission.RUN)
def print_ballots(campaign_code: str) -> ResponseReturnValue:
    """Ask for paper ballots, each with a new code."""
    with transaction() as session:
        campaign = paper_campaign(session, campaign_code)
        offered = bool(planned_numbers(campaign)) and not planned_are_issued(session, campaign_code)
    form = ballots_form(campaign, offered=offered, sent=True)
    if not form.validate_on_submit():
        return shown_page(campaign_code, 422, ballots=form)
    try:
        job = _with_new_codes(campaign, form)
    except MinpingError as error:
        return shown_page(campaign_code, 409, ballots=form, refusal=refusal_of(error, campaign))
    return redirect(url_for("admin.job", key=job.key), 303)


@blueprint.post("/c/<campaign_code>/paper/ballots/list")
@access(Permission.RUN)
@largest_body(MAX_LIST)
def print_listed(campaign_code: str) -> ResponseReturnValue:
    """Ask for paper ballots with the codes of a list; say which of them are left out."""
    with transaction() as session:
        campaign = paper_campaign(session, campaign_code)
    form = ListedForm()
    if not form.validate_on_submit():
        return shown_page(campaign_code, 422, listed=form)
    try:
        job, left_out = _with_list(campaign, form)
    except MinpingError as error:
        return shown_page(campaign_code, 409, refusal=refusal_of(error, campaign))
    if left_out:
        return render_template("admin/paper/left_out.html", campaign=campaign, job=job, left_out=left_out)
    return redirect(url_for("admin.job", key=job.key), 303)


@blueprint.post("/c/<campaign_code>/paper/specimens")
@access(Permission.RUN)
def print_specimens(campaign_code: str) -> ResponseReturnValue:
    """Ask for specimens."""
    with transaction() as session:
        campaign = paper_campaign(session, campaign_code)
    form = specimens_form(campaign, sent=True)
    if not form.validate_on_submit():
        return shown_page(campaign_code, 422, specimens=form)
    try:
        job = _specimens(campaign, form)
    except MinpingError as error:
        return shown_page(campaign_code, 409, specimens=form, refusal=refusal_of(error, campaign))
    return redirect(url_for("admin.job", key=job.key), 303)


def _with_new_codes(campaign: Campaign, form: BallotsForm) -> Job:
    key = form.key.data or ""
    with transaction() as session:
        asked = jobs.was_asked(session, key)
    # Sent twice, a form is not asked for its one-time number again.
    second = None if asked else second_of(campaign, form)
    with transaction(write=True) as session:
        return print_jobs.ask_with_new_codes(
            session,
            key,
            campaign.code,
            form.numbers(),
            account=current_user.account,
            at=now(),
            second=second,
        )


def _with_list(campaign: Campaign, form: ListedForm) -> tuple[Job, LeftOut]:
    file = form.file.data
    return print_jobs.ask_with_list(
        print_place(),
        form.key.data or "",
        campaign.code,
        file.read(),
        str(_("清单")),
        account=current_user.account,
    )


def _specimens(campaign: Campaign, form: SpecimensForm) -> Job:
    with transaction(write=True) as session:
        return print_jobs.ask_for_specimens(
            session,
            form.key.data or "",
            campaign.code,
            form.group.data,
            form.number.data or 0,
            account=current_user.account,
            at=now(),
        )


def refusal_of(error: MinpingError, campaign: Campaign) -> str:
    """Return why nothing is printed, and what to do; what has no sentence here is raised again."""
    if isinstance(error, NeedsSecondPerson):
        labels = (campaign.definition.group[group].label for group in error.groups)
        said = _(
            "投票已经开始，给“%(groups)s”发码须有第二人当场确认。没有制作：请第二人在表单里填写自己的账号和密码，再提交一次。",
            groups="、".join(labels),
        )
        return str(said)
    sentence = next((said for kind, said in _SENTENCES.items() if isinstance(error, kind)), None)
    if sentence is None:
        raise error
    return str(sentence())


_SENTENCES: dict[type[MinpingError], Callable[[], str]] = {
    JobUnderway: lambda: _("本活动有一批正在制作。请等它完成，或先取消它，再制作下一批。"),
    MissingGlyphs: lambda: _(
        "有的字在字库里没有，印不出来。请在活动设置里换一种写法；就绪以后，请系统管理员处理。"
    ),
    BadCredentials: lambda: _(
        "第二人没有通过，没有制作。账号、密码、动态口令都要正确；须是另一个人，身份是组织者、计票人、监票人或系统管理员，并属于本单位。"
    ),
    PaperKeyLost: lambda: _("服务器上找不到纸票钥匙，不能再印。请系统管理员把另存的那一份放回去。没有制作。"),
    WrongKey: lambda: _(
        "服务器上的纸票钥匙不是印过纸票的那一把。请系统管理员把另存的那一份放回去。没有制作。"
    ),
    BadFile: lambda: _("清单读不出：要有票种和投票码两栏，存成 CSV。没有制作。"),
    NoSpace: lambda: _("服务器磁盘空间不够，没有制作。请系统管理员腾出空间后再试。"),
    WrongState: lambda: _("活动的状态已经变化，现在不能印纸票。没有制作。请看下一步。"),
    MinpingError: lambda: _("清单里没有可以印的投票码，或者一次要印的超过 20000 张。没有制作。"),
}
