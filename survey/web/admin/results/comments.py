"""What voters wrote, before anyone else reads it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.domain.definition.names import without_turning
from survey.domain.errors import BadRedaction, WrongState
from survey.domain.operations.paging import PAGE
from survey.domain.publication.moderation import MAX_REDACTION_LENGTH, Moderation, subjects
from survey.services.audit.audit import By
from survey.services.count import counting
from survey.services.results import comments
from survey.services.results.publishing import COUNTED
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.discrepancies import not_kept
from survey.web.context import now
from survey.web.security import access

STATUSES = {
    Moderation.WAITING: _l("待审"),
    Moderation.RELEASED: _l("按原文公开"),
    Moderation.REDACTED: _l("改写后公开"),
    Moderation.WITHHELD: _l("不公开"),
}
KINDS = {"comment": _l("意见"), "question": _l("回答"), "reason": _l("理由")}
_ACTS = {"release": comments.release, "withhold": comments.withhold, "undo": comments.undo}
_FAULTS = {
    "empty": _l("请填写改写后的文字；不想公开，请返回选“不公开”。"),
    "too-long": _l("太长了，最多 %(most)s 个字。"),
    "unchanged": _l("与原文相同。要按原文公开，请返回选“按原文公开”。"),
    "control": _l("有看不见的控制字符，请删去后重新输入。"),
}


@blueprint.get("/c/<campaign_code>/comments")
@access(Permission.MODERATE)
def texts(campaign_code: str) -> ResponseReturnValue:
    """Show a page of the texts of one status."""
    status = request.args.get("status", "")
    chosen = Moderation(status) if status in list(Moderation) else Moderation.WAITING
    subject = request.args.get("subject") or None
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        if campaign.state not in COUNTED:
            return render_template("admin/results/comments_early.html", campaign=campaign), 409
        queue = comments.queue(session, campaign_code, chosen, subject, request.args.get("page", 1, int))
        left_out = counting.texts_left_out(session, campaign)
    return render_template(
        "admin/results/comments.html",
        campaign=campaign,
        queue=queue,
        chosen=chosen,
        subject=subject,
        names=subjects(campaign.definition),
        statuses=STATUSES,
        kinds=KINDS,
        published=campaign.is_published,
        not_kept=not_kept(left_out, campaign.definition),
    )


@blueprint.post("/c/<campaign_code>/comments")
@access(Permission.MODERATE)
def decide_texts(campaign_code: str) -> ResponseReturnValue:
    """Release, withhold or take back one text, those that are ticked, or the whole page."""
    decision, _mark, single = request.form.get("decision", "").partition(":")
    field = "shown" if decision.endswith("-page") else "text"
    keys = [single] if single else request.form.getlist(field)[:PAGE]
    act = _ACTS.get(decision.removesuffix("-page"))
    if decision and act is None:
        abort(400)
    with transaction(write=True) as session:
        campaign_in_scope(session, campaign_code)
        try:
            number = act is not None and act(
                session, campaign_code, keys, By(current_user.account.name, now())
            )
        except WrongState:
            flash(_("结果已经公布，不能撤回。要撤回，请先停止公布；也可以改为不公开。"), "bad")
            return _back(campaign_code)
    if not number:
        flash(_("没有选中可以这样处理的条目，什么都没有改变。"), "warn")
        return _back(campaign_code)
    flash(_("已处理 %(number)s 条。", number=number), "good")
    return _back(campaign_code, to="texts")


@blueprint.route("/c/<campaign_code>/comments/<key>", methods=["GET", "POST"])
@access(Permission.MODERATE)
def redact_text(campaign_code: str, key: str) -> ResponseReturnValue:
    """Write the version of a text that others will read."""
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        text = comments.find_text(session, campaign_code, key)
    typed = request.form.get("redacted", text.redacted or without_turning(text.text))
    fault = ""
    if request.method == "POST":
        try:
            with transaction(write=True) as session:
                comments.redact(session, campaign_code, key, typed, By(current_user.account.name, now()))
        except BadRedaction as error:
            fault = str(_FAULTS[error.why]) % {"most": MAX_REDACTION_LENGTH}
        else:
            flash(_("已改写，公开的是改写后的文字。"), "good")
            return redirect(url_for("admin.texts", campaign_code=campaign_code), 303)
    page = render_template(
        "admin/results/comment.html",
        campaign=campaign,
        text=text,
        typed=typed,
        fault=fault,
        most=MAX_REDACTION_LENGTH,
        names=subjects(campaign.definition),
        kinds=KINDS,
    )
    return page, 422 if fault else 200


def _back(campaign_code: str, to: str | None = None) -> ResponseReturnValue:
    """Return to the list as it was filtered, with the keyboard at its first text where all went well."""
    names = ("status", "subject", "page")
    kept: dict[str, Any] = {name: value for name in names if (value := request.form.get(name))}
    return redirect(url_for("admin.texts", campaign_code=campaign_code, _anchor=to, **kept), 303)
