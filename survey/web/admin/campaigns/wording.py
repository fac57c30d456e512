"""Correcting the wording of a campaign that is armed or open: a second person agrees at the same desk."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.accounts.roles import Permission
from survey.domain.audit.corrections import Correction
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.form import Ratee
from survey.domain.errors import BadCorrection, BadCredentials, ChangedMeanwhile
from survey.domain.results.correction_words import acts_words
from survey.services.campaigns import correcting
from survey.storage.database import transaction
from survey.web.admin.accounts.second_person import second_of
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.times import moment
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .campaign_page import path_of
from .code_forms import Seconded

MAX_TEXTS = 2 << 20
_PREFIX = "text."


@dataclass(frozen=True)
class _Refusal:
    said: str
    status: int
    path: str = ""


@blueprint.get("/c/<campaign_code>/wording")
@access(Permission.RUN)
def wording(campaign_code: str) -> ResponseReturnValue:
    """Show the texts that can be corrected, and what was."""
    return _page(campaign_code, Seconded(formdata=None))


@blueprint.post("/c/<campaign_code>/wording")
@access(Permission.RUN)
@largest_body(MAX_TEXTS)
def correct_wording(campaign_code: str) -> ResponseReturnValue:
    """Correct texts, once a second person agreed."""
    form, typed = Seconded(), _typed()
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
    if not form.validate_on_submit():
        return _page(campaign_code, form, typed, _Refusal(_("没有更正：请检查第二人的账号和密码。"), 422))
    try:
        with transaction() as session:
            # Looked at before a password is hashed, and again under the lock.
            correcting.planned(session, campaign_in_scope(session, campaign_code), typed)
        second = second_of(campaign, form)
        if second is None:
            said = _("没有更正：须由第二人当场填写自己的账号和密码。")
            return _page(campaign_code, form, typed, _Refusal(said, 422))
        with transaction(write=True) as session:
            shown = request.form.get("shown", "")
            value = correcting.correct(session, campaign_code, typed, shown, by(), second)
    except BadCredentials:
        said = _(
            "第二人没有通过，没有更正。账号、密码、动态口令都要正确；须是另一个人，身份是组织者、监票人或系统管理员，并属于本单位。"
        )
        return _page(campaign_code, form, typed, _Refusal(said, 403))
    except ChangedMeanwhile:
        said = _("有人刚刚更正过文字，没有再改。请核对下面的文字，再提交一次。")
        return _page(campaign_code, form, typed, _Refusal(said, 409))
    except BadCorrection as error:
        return _page(campaign_code, form, typed, _Refusal(_sentence(error), 422, error.path))
    flash(_("文字已更正，已写入操作日志。请把校验值 %(value)s 记入会议记录。", value=value), "good")
    return redirect(path_of(campaign_code), 303)


def _typed() -> dict[str, str]:
    """Return what was typed for each text, line ends as they are stored."""
    return {
        name.removeprefix(_PREFIX): text.replace("\r\n", "\n").strip()
        for name, text in request.form.items()
        if name.startswith(_PREFIX)
    }


def _page(
    campaign_code: str,
    form: Seconded,
    typed: Mapping[str, str] | None = None,
    refusal: _Refusal | None = None,
) -> ResponseReturnValue:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        texts = correcting.texts(session, campaign)
        done = correcting.corrections(session, campaign)
    definition = campaign.definition
    page = render_template(
        "admin/campaigns/wording.html",
        campaign=campaign,
        definition=definition,
        form=form,
        texts=texts,
        typed=texts | dict(typed or {}),
        shown=definition.wording or definition.digest,
        ratees={section.key: _ratees(campaign, section.key) for section in definition.sections},
        done=[_line(campaign, one) for one in done],
        refusal=refusal,
        correctable=campaign.state in correcting.CORRECTABLE,
    )
    return page, refusal.status if refusal else 200


def _ratees(campaign: Campaign, section: str) -> list[Ratee]:
    return [ratee for ratee in campaign.definition.ratees if ratee.section == section]


def _line(campaign: Campaign, correction: Correction) -> str:
    names = {ratee.key: ratee.name for ratee in campaign.definition.ratees}
    said: str = _(
        "%(when)s，%(actor)s 更正，%(second)s 确认：%(changes)s",
        when=moment(correction.at, campaign.definition.time_zone),
        actor=correction.actor,
        second=correction.second,
        changes=acts_words(correction.changes, names, _),
    )
    return said


def _sentence(error: BadCorrection) -> str:
    sentences = {
        "nothing": _("没有更正：没有一处文字与现在的不同。"),
        "another": _("没有更正：标出的文字是另一个测评对象（或另一张表）现在或原来的，改了会把票弄混。"),
        "fault": _("没有更正：标出的文字不能是空的，也不能有控制字符。"),
        "printed": _(
            "没有更正：纸票已经印了，标出的文字这样改，方框的位置会变，印好的票就读不了。请改成长短差不多的文字，或者当场说明。"
        ),
        "stale": _("有人刚刚更正过文字，没有再改。请核对下面的文字，再提交一次。"),
        "unknown": _("没有更正：提交的文字里有一处不能更正。请重新打开本页再改。"),
    }
    return str(sentences[error.why])
