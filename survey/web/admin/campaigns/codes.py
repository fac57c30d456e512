"""Codes and slips: making them as a job, voiding and replacing them."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import SelectChoice

from survey.domain.accounts.roles import Permission
from survey.domain.ballot.typed_codes import typed_codes
from survey.domain.definition.campaign import Campaign, EntryMode, State
from survey.domain.errors import (
    BadCredentials,
    JobUnderway,
    MinpingError,
    MissingGlyphs,
    NeedsSecondPerson,
    WrongState,
)
from survey.domain.operations.carried_text import text_of
from survey.domain.operations.job import Job
from survey.services.operations import jobs
from survey.services.voting import late_codes, slip_jobs, tokens
from survey.services.voting.tokens import Voided
from survey.services.voting.turnout import shown_turnout
from survey.storage.database import transaction
from survey.web.admin.accounts.second_person import second_of
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by, may
from survey.web.admin.scope import campaign_in_scope
from survey.web.context import now, settings, vault
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .code_forms import GROUP, PLANNED, LostForm, SlipsForm, VoidForm
from .poster import survey_link
from .turnout import clock_time, countdown

MAX_LIST = 1 << 20
ISSUABLE = (State.ARMED, State.OPEN)
REFUSED = (WrongState, JobUnderway, MissingGlyphs, NeedsSecondPerson, BadCredentials)


@blueprint.get("/c/<campaign_code>/codes")
@access(Permission.READ_CAMPAIGNS)
def codes(campaign_code: str) -> ResponseReturnValue:
    """Show how many codes there are, and what can be done with them."""
    with transaction() as session:
        return _page(session, _with_codes(session, campaign_code))


@blueprint.post("/c/<campaign_code>/codes")
@access(Permission.RUN)
def make_slips(campaign_code: str) -> ResponseReturnValue:
    """Ask for codes and their slips."""
    with transaction() as session:
        campaign = _with_codes(session, campaign_code)
    form = _slips_form(campaign)
    refusal = ""
    if form.validate_on_submit():
        try:
            job = _ask(campaign, form)
            return redirect(url_for("admin.job", key=job.key), 303)
        except REFUSED as error:
            refusal = _refusal(error, campaign)
    with transaction() as session:
        return _page(session, campaign, slips=form, refusal=refusal), 409 if refusal else 422


@blueprint.post("/c/<campaign_code>/codes/void")
@access(Permission.RUN)
@largest_body(MAX_LIST)
def void_codes(campaign_code: str) -> ResponseReturnValue:
    """Take codes out of use; asked for it, have as many new ones made."""
    with transaction() as session:
        campaign = _with_codes(session, campaign_code)
    form = VoidForm()
    refusal, voided, job = "", None, None
    if form.validate_on_submit():
        try:
            voided, job = _void(campaign, form)
        except REFUSED as error:
            refusal = _refusal(error, campaign)
    status = 200 if voided else 409 if refusal else 422
    with transaction() as session:
        unsent = None if voided else form
        return _page(session, campaign, void=unsent, refusal=refusal, voided=voided, job=job), status


@blueprint.post("/c/<campaign_code>/codes/lost")
@access(Permission.RUN)
def remake_slips(campaign_code: str) -> ResponseReturnValue:
    """Take all codes of lost slips out of use, and have as many new ones made; before voting begins."""
    with transaction() as session:
        campaign = _with_codes(session, campaign_code)
    form = _lost_form(campaign)
    refusal = ""
    if form.validate_on_submit():
        try:
            job = _remade(campaign, form)
        except REFUSED as error:
            refusal = _refusal(error, campaign)
        else:
            return redirect(url_for("admin.job", key=job.key), 303)
    with transaction() as session:
        return _page(session, campaign, lost=form, refusal=refusal), 409 if refusal else 422


def _with_codes(session: Session, campaign_code: str) -> Campaign:
    """Return a campaign in scope; one by text message has no codes, and nothing to be found here."""
    campaign = campaign_in_scope(session, campaign_code)
    if campaign.definition.by_sms:
        abort(404)
    return campaign


def _second(campaign: Campaign, form: SlipsForm | VoidForm) -> str | None:
    """Return who agreed; sent twice, a form is not asked for its one-time number again."""
    with transaction() as session:
        if jobs.was_asked(session, form.key.data or ""):
            return None
    return second_of(campaign, form)


def _ask(campaign: Campaign, form: SlipsForm) -> Job:
    second = _second(campaign, form)
    with transaction(write=True) as session:
        return _asked(
            session, campaign.code, form, form.numbers(), second, with_list=bool(form.with_list.data)
        )


def _asked(
    session: Session,
    campaign_code: str,
    form: SlipsForm | VoidForm | LostForm,
    numbers: dict[str, int],
    second: str | None,
    *,
    with_list: bool = False,
) -> Job:
    return slip_jobs.ask(
        session,
        form.key.data or "",
        campaign_code,
        numbers,
        with_list=with_list,
        base_url=settings().base_url,
        account=current_user.account,
        at=now(),
        second=second,
    )


def _void(campaign: Campaign, form: VoidForm) -> tuple[Voided, Job | None]:
    """Void, and ask for as many new ones in the same transaction: both, or neither."""
    second = _second(campaign, form)
    text = form.codes.data or ""
    if form.file.data:
        text += "\n" + _text(form.file.data.read())
    with transaction(write=True) as session:
        voided = tokens.void_known(session, vault(), campaign.code, typed_codes(text), by())
        # Sent twice, the second finds nothing left to void, and the job of the first.
        if form.replace.data and (voided.voided or jobs.was_asked(session, form.key.data or "")):
            return voided, _asked(session, campaign.code, form, voided.groups, second)
        return voided, None


def _remade(campaign: Campaign, form: LostForm) -> Job:
    """Void all codes of the groups, and ask for as many new ones in the same transaction."""
    key = form.key.data or ""
    with transaction(write=True) as session:
        if jobs.was_asked(session, key):
            # Sent twice, the second finds the job of the first.
            return jobs.own_job(session, key, current_user.account)
        voided = tokens.void_groups(session, campaign.code, form.groups.data or (), by())
        return _asked(session, campaign.code, form, voided.groups, None)


def _text(content: bytes) -> str:
    # What is no text at all is named as such a row, like any other without a code.
    return text_of(content) or content.decode("utf-8", "replace")


def _slips_form(campaign: Campaign, formdata: bool = True) -> SlipsForm:
    form = SlipsForm() if formdata else SlipsForm(formdata=None, key=jobs.new_key())
    form.group.choices = [SelectChoice(group.key, group.label) for group in campaign.definition.raters]
    planned = tokens.planned_numbers(campaign)
    total = sum(planned.values())
    form.which.choices = [
        SelectChoice(PLANNED, _("所有票种，按计划各一次（共 %(total)s 张）", total=total)),
        SelectChoice(GROUP, _("只给一个票种加印")),
    ]
    return form


def _lost_form(campaign: Campaign, formdata: bool = True) -> LostForm:
    every = [group.key for group in campaign.definition.raters]
    form = LostForm() if formdata else LostForm(formdata=None, key=jobs.new_key(), groups=every)
    form.groups.choices = [SelectChoice(group.key, group.label) for group in campaign.definition.raters]
    return form


def _page(
    session: Session,
    campaign: Campaign,
    *,
    slips: SlipsForm | None = None,
    void: VoidForm | None = None,
    lost: LostForm | None = None,
    refusal: str = "",
    voided: Voided | None = None,
    job: Job | None = None,
) -> str:
    """Write the page; a form that was not sent is shown fresh."""
    offered = bool(tokens.planned_numbers(campaign)) and not tokens.planned_are_issued(session, campaign.code)
    if slips is None:
        slips = _slips_form(campaign, formdata=False)
        slips.which.data = PLANNED if offered else GROUP
    if not offered:
        slips.which.choices = slips.which.choices[1:]
    return render_template(
        "admin/campaigns/codes.html",
        campaign=campaign,
        definition=campaign.definition,
        turnout=shown_turnout(session, campaign),
        slips=slips,
        void=void or VoidForm(formdata=None, key=jobs.new_key()),
        lost=lost or _lost_form(campaign, formdata=False),
        refusal=refusal,
        voided=voided,
        job=job,
        recent=jobs.recent(session, campaign.code, current_user.account, slip_jobs.KIND),
        issuable=campaign.state in ISSUABLE,
        small=late_codes.read_opening(session, campaign).small_groups(campaign),
        maker=may(Permission.RUN),
        offer=survey_link(campaign),
        clock=clock_time(campaign),
        countdown=countdown(campaign),
        # Where all come by one link nobody needs a slip; other groups beside them may.
        slips_wanted=campaign.definition.entry is not EntryMode.OPEN or len(campaign.definition.raters) > 1,
    )


def _refusal(error: MinpingError, campaign: Campaign) -> str:
    if isinstance(error, JobUnderway):
        words = _("本活动有一批票条正在制作。请等它完成，或先取消它，再制作下一批。")
    elif isinstance(error, MissingGlyphs):
        words = _(
            "服务器的网址里有字库中没有的字：%(characters)s，印不了票条。请系统管理员换一个网址。",
            characters=" ".join(error.characters),
        )
    elif isinstance(error, NeedsSecondPerson):
        labels = (campaign.definition.group[group].label for group in error.groups)
        words = _(
            "投票已经开始，给“%(groups)s”发码须有第二人当场确认。没有制作，也没有作废：请第二人在表单里填写自己的账号和密码，再提交一次。",
            groups="、".join(labels),
        )
    elif isinstance(error, BadCredentials):
        words = _(
            "第二人没有通过，没有制作，也没有作废。账号、密码、动态口令都要正确；须是另一个人，身份是组织者、计票人、监票人或系统管理员，并属于本单位。"
        )
    else:
        words = _(
            "活动的状态或投票码的数目已经变化，没有制作，也没有作废。请看下面的最新情况，再决定下一步。"
        )
    return str(words)
