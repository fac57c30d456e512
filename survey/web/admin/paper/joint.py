"""What two people decide together at one screen: the second gives name and password with each answer."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadAnswer, BadCredentials
from survey.domain.paper.answers import as_typed
from survey.services.paper import review
from survey.storage.database import transaction
from survey.web.admin.accounts.second_person import second_by_password
from survey.web.admin.blueprint import blueprint
from survey.web.admin.campaigns.code_forms import NAME, PASSWORD
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm
from survey.web.security import access

from .offer_words import bad_answer, offer_word, unread_word
from .opened import drawn, looked, opened


class JointForm(OfficeForm):
    """The second person's name and password."""

    account = StringField(NAME, validators=[InputRequired(_l("请填写第二人的账号。")), Length(max=80)])
    password = PasswordField(
        PASSWORD, validators=[InputRequired(_l("请填写第二人的密码。")), Length(max=200)]
    )


@blueprint.get("/c/<campaign_code>/paper/joint")
@access(Permission.REVIEW_PAPER)
def review_jointly(campaign_code: str) -> ResponseReturnValue:
    """Show one question that two people have to decide together."""
    return _page(campaign_code, JointForm(formdata=None))


@blueprint.post("/c/<campaign_code>/paper/joint")
@access(Permission.REVIEW_PAPER)
def answer_jointly(campaign_code: str) -> ResponseReturnValue:
    """Note what two people decided, once the second one proved to be there."""
    form, item_id = JointForm(), request.form.get("item", "")
    with transaction() as session:
        campaign, _key = opened(session, campaign_code)
    if not form.validate_on_submit():
        return _page(campaign_code, form, item_id), 422
    said = _said()
    if not said:
        return _page(campaign_code, form, item_id, _("请先选择怎样认定。")), 422
    try:
        second = second_by_password(campaign, (form.account.data or "").strip(), form.password.data or "")
        key, ahead = looked(campaign_code, item_id)
        with transaction(write=True) as session:
            review.answer_joint(
                session, campaign_code, key, item_id, said, current_user.account, second, by(), ahead
            )
    except BadCredentials:
        refusal = _(
            "第二人没有通过，什么都没有记下。账号、密码都要正确；须是另一个人，身份是组织者、监票人或系统管理员，并属于本单位；要求动态口令或通行密钥的账号，须已设置。"
        )
        return _page(campaign_code, form, item_id, refusal), 403
    except BadAnswer as error:
        if error.why not in review.GONE:
            return _page(campaign_code, form, item_id, bad_answer(error)), 422
        flash(bad_answer(error), "warn")
    else:
        flash(_("已记下两人的认定。"), "good")
    return redirect(url_for("admin.review_jointly", campaign_code=campaign_code), 303)


def _said() -> str:
    """Return the answer: one that was chosen, options that were ticked, or what was typed."""
    ticked = " ".join(request.form.getlist("ticked"))
    text = request.form.get("text", "").strip()
    return request.form.get("answer") or ticked or (as_typed(text) if text else "")


def _page(campaign_code: str, form: JointForm, item_id: str | None = None, refusal: str = "") -> str:
    campaign, item, left = drawn(campaign_code, partial(review.next_joint, item_id=item_id))
    return render_template(
        "admin/paper/joint.html",
        campaign=campaign,
        item=item,
        left=left,
        form=form,
        refusal=refusal,
        answered=request.form if item and item.item == item_id else MultiDict(),
        word=offer_word,
        unread_word=unread_word,
    )
