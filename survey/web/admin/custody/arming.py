"""Arming: who keeps the key of the box, and its shares given out one holder after the other.

Every step is a form that is sent; its page is the answer itself, stored nowhere. A reload sends the same form
again and shows the same step; forms of earlier steps are refused.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.documents.export.files import SHARE, SHARE_SHEET
from survey.documents.layout.qr import svg
from survey.domain.accounts.roles import Permission
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, Custody, State
from survey.domain.errors import BadShare, StalePage, UnfinishedDraft
from survey.services.audit import protocol
from survey.services.campaigns import campaigns
from survey.services.custody import key_files, share_distribution
from survey.services.custody.ceremonies import ARM
from survey.services.custody.share_distribution import ShareDistribution
from survey.storage.database import transaction
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.shares import sentence
from survey.web.context import now, settings
from survey.web.security import access

from . import ceremonies
from .arming_form import ArmForm
from .brought_share import brought_share, to_be_mended


@blueprint.get("/c/<campaign_code>/arm")
@access(Permission.READ_CAMPAIGNS)
def arm_page(campaign_code: str) -> ResponseReturnValue:
    """Show who may keep the key, or who keeps it."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        done = protocol.current(protocol.acts(session, campaign_code))
        whole = _is_whole(session, campaign)
    if campaign.state is State.DRAFT:
        return _choice(campaign, ArmForm(campaign_code), whole=whole)
    return render_template(
        "admin/custody/armed.html",
        campaign=campaign,
        armed=protocol.last(done, Act.ARM),
        exported=protocol.last(done, Act.EXPORT_KEY),
    )


@blueprint.post("/c/<campaign_code>/arm")
@access(Permission.RUN)
def arm(campaign_code: str) -> ResponseReturnValue:
    """Arm at once under a key on the server, or begin to give shares out."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        campaigns.require_written(session, campaign)
    campaign.require(State.DRAFT, to="arm")
    form = ArmForm(campaign_code)
    if not form.validate():
        return _choice(campaign, form, 422)
    if form.custody.data == Custody.SCRUTINEERS:
        made = share_distribution.begin(campaign, form.shares.data or 0, form.threshold.data or 0, now())
        ceremonies.begin(ARM, campaign_code, made.until, made.ceremony)
        return _turn(made)
    with key_files.Undo() as undo, transaction(write=True) as session:
        armed = campaigns.arm(session, campaign_code, Custody.SERVER, by())
        key_files.keep_key(settings().keys, armed, undo)
    ceremonies.end(ARM, campaign_code)
    return redirect(url_for("admin.arm_page", campaign_code=campaign_code), 303)


@blueprint.post("/c/<campaign_code>/arm/show")
@access(Permission.RUN)
def show_share(campaign_code: str) -> ResponseReturnValue:
    """Show the share of the holder whose turn it is, and of nobody else."""
    made = _carried(campaign_code)
    if "name" in request.form:
        try:
            made = share_distribution.name_holder(made, request.form["name"])
        except BadShare as error:
            return _turn(made, sentence(error))
    return _page("admin/custody/arm_share.html", made, share=made.share, drawn=svg(made.share.words))


@blueprint.post("/c/<campaign_code>/arm/file")
@access(Permission.RUN)
def share_file(campaign_code: str) -> ResponseReturnValue:
    """Hand the share on show out as a file."""
    share = _carried(campaign_code).share
    with transaction() as session:
        title = campaign_in_scope(session, campaign_code).definition.title
    return named_attachment(
        share.as_text(), SHARE, title=title, campaign_code=share.campaign, number=share.number
    )


@blueprint.post("/c/<campaign_code>/arm/sheet")
@access(Permission.RUN)
def share_sheet(campaign_code: str) -> ResponseReturnValue:
    """Hand the share on show out as a sheet to be printed, folded and sealed."""
    made = _carried(campaign_code)
    share = made.share
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
    content = key_files.sheet_of(share, campaign, made.name)
    title = campaign.definition.title
    return named_attachment(
        content, SHARE_SHEET, title=title, campaign_code=share.campaign, number=share.number
    )


@blueprint.post("/c/<campaign_code>/arm/ask")
@access(Permission.RUN)
def ask_holder(campaign_code: str) -> ResponseReturnValue:
    """Ask for two words of the share, or for all of it; it is out of sight now."""
    return _page("admin/custody/arm_check.html", _named(_carried(campaign_code)), refusal=None, typed=None)


@blueprint.post("/c/<campaign_code>/arm/confirm")
@access(Permission.RUN)
def confirm_share(campaign_code: str) -> ResponseReturnValue:
    """Take the two words, or the whole share; then it is the next holder's turn, or the campaign is armed."""
    if _armed_just_now(campaign_code):
        return _armed(campaign_code)
    made = _carried(campaign_code, again=True)
    try:
        following = _read_back(made)
    except BadShare as error:
        typed = None if "word" in request.form else to_be_mended(error)
        return _page("admin/custody/arm_check.html", made, refusal=sentence(error), typed=typed)
    with transaction(write=True) as session:
        campaign = campaign_in_scope(session, campaign_code)
        share_distribution.note_given(session, made, by())
        # A form sent twice: the first one armed the campaign with this very key.
        if not following.waiting and campaign.public_key != following.public_key:
            share_distribution.finish(session, following, by())
    if following.waiting:
        return _turn(following)
    return _armed(campaign_code)


@blueprint.post("/c/<campaign_code>/arm/resume")
@access(Permission.RUN)
def resume_arming(campaign_code: str) -> ResponseReturnValue:
    """Go on with a ceremony whose page was left: the holder whose turn it is comes to the screen."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        left = share_distribution.read_distribution(ceremonies.unwrap(ARM, campaign_code))
        made = share_distribution.resume(session, left, campaign, now())
    return _turn(made)


@blueprint.post("/c/<campaign_code>/arm/stop")
@access(Permission.RUN)
def stop_arming(campaign_code: str) -> ResponseReturnValue:
    """Break the ceremony off: its key is destroyed, the campaign stays a draft."""
    with transaction() as session:
        campaign_in_scope(session, campaign_code)
    return ceremonies.broken_off(campaign_code)


@blueprint.get("/c/<campaign_code>/arm/<step>")
@access(Permission.RUN)
def arm_step(campaign_code: str, step: str) -> ResponseReturnValue:  # noqa: ARG001
    """Lead back an address that was opened by itself: a step is only ever the answer to a form."""
    with transaction() as session:
        campaign_in_scope(session, campaign_code)
    return redirect(url_for("admin.arm_page", campaign_code=campaign_code), 303)


def _carried(campaign_code: str, *, again: bool = False) -> ShareDistribution:
    """Open what the page carried; ``again`` lets the step just taken be sent once more."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        made = share_distribution.read_distribution(ceremonies.unwrap(ARM, campaign_code))
        share_distribution.require_fresh(session, made, campaign, now(), again=again)
    return made


def _read_back(made: ShareDistribution) -> ShareDistribution:
    if "word" in request.form or not {"words", "file"} & {*request.form, *request.files}:
        return share_distribution.confirm(made, request.form.getlist("word"))
    return share_distribution.confirm_whole(made, brought_share())


def _armed_just_now(campaign_code: str) -> bool:
    """Return whether the last form of this browser's ceremony was sent a second time."""
    with transaction() as session:
        key = campaign_in_scope(session, campaign_code).public_key
    return key is not None and ceremonies.is_done(ARM, campaign_code, share_distribution.ceremony_of(key))


def _armed(campaign_code: str) -> ResponseReturnValue:
    ceremonies.end(ARM, campaign_code)
    return redirect(url_for("admin.arm_page", campaign_code=campaign_code), 303)


def _named(distribution: ShareDistribution) -> ShareDistribution:
    if not distribution.name:
        raise StalePage("past")
    return distribution


def _is_whole(session: Session, campaign: Campaign) -> bool:
    try:
        campaigns.require_written(session, campaign)
    except UnfinishedDraft:
        return False
    return True


def _choice(
    campaign: Campaign, form: ArmForm, status: int = 200, *, whole: bool = True
) -> ResponseReturnValue:
    return render_template("admin/custody/arm.html", campaign=campaign, form=form, whole=whole), status


def _turn(distribution: ShareDistribution, refusal: str | None = None) -> ResponseReturnValue:
    return _page("admin/custody/arm_name.html", distribution, refusal=refusal)


def _page(template: str, distribution: ShareDistribution, **values: object) -> ResponseReturnValue:
    carried = ceremonies.wrap(ARM, distribution.campaign, distribution.as_bytes())
    status = 422 if values.get("refusal") else 200
    return render_template(
        template, campaign_code=distribution.campaign, made=distribution, carried=carried, **values
    ), status
