"""The page at the lectern: opening and ending one ratee after the other, and taking ballots at the end."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from survey.domain.accounts.roles import Permission
from survey.domain.ballot.turns import HAND_IN, Turn, TurnStanding
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import ChangedMeanwhile, WrongState, WrongTurn
from survey.services.voting import turns
from survey.services.voting.turnout import shown_turnout
from survey.services.voting.turns import TurnAct
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.security import access

from .turnout import clock_time

_WORDS: dict[Turn, Callable[[], str]] = {
    Turn.WAITING: lambda: _("等候"),
    Turn.OPEN: lambda: _("正在测评"),
    Turn.ENDED: lambda: _("测评已结束"),
    Turn.ABSENT: lambda: _("缺席"),
}
_REFUSALS: dict[str, Callable[[], str]] = {
    "handing-in": lambda: _("已经开放提交，不能再开放测评。"),
    "none-waiting": lambda: _("没有等候的人了：请开放提交。"),
    "still-waiting": lambda: _("还有人没有测评：请先开放他们，或标为缺席，再开放提交。"),
}


@blueprint.get("/c/<campaign_code>/turns")
@access(Permission.READ_CAMPAIGNS)
def turns_page(campaign_code: str) -> ResponseReturnValue:
    """Show how far all ratees have come, and what can be done next."""
    return _page(campaign_code)


@blueprint.get("/c/<campaign_code>/turns/news")
@access(Permission.READ_CAMPAIGNS)
def turns_news(campaign_code: str) -> ResponseReturnValue:
    """Show that somebody else has gone on: the part of the page that refreshes itself."""
    with transaction() as session:
        standing = _standing(session, campaign_in_scope(session, campaign_code))
    seen = request.args.get("seen", standing.revision, int)
    return render_template(
        "admin/campaigns/_turn_news.html", campaign_code=campaign_code, seen=seen, revision=standing.revision
    )


@blueprint.post("/c/<campaign_code>/turns")
@access(Permission.RUN)
def take_turn(campaign_code: str) -> ResponseReturnValue:
    """Open, end or pass over a ratee, or take ballots from here on."""
    with transaction() as session:
        _standing(session, campaign_in_scope(session, campaign_code))
    done, _sign, ratee = request.form.get("act", "").partition(":")
    act = _act(done, ratee)
    if act is None:
        return _page(campaign_code, 422, _("没有收到要做什么，请再点一次。"))
    try:
        with transaction(write=True) as session:
            turns.take(session, campaign_code, done, act, by(), request.form.get("revision", -1, int))
    except ChangedMeanwhile:
        return _page(
            campaign_code, 409, _("刚才已经有人操作过，这一次没有生效。请看清现在的情况，需要时再点。")
        )
    except WrongTurn as error:
        return _page(campaign_code, 409, _refusal(error))
    except WrongState:
        return _page(campaign_code, 409, _("投票没有开放，现在不能逐人测评。"))
    return redirect(url_for("admin.turns_page", campaign_code=campaign_code), 303)


def _standing(session: Session, campaign: Campaign) -> TurnStanding:
    if not campaign.definition.turns:
        raise NotFound
    return turns.standing(session, campaign)


def _act(done: str, ratee: str) -> TurnAct | None:
    acts: dict[str, TurnAct] = {
        "next": TurnStanding.open_next,
        "open": lambda standing: _alone(standing).open(ratee),
        "end": lambda standing: standing.end(ratee),
        "pass-over": lambda standing: standing.pass_over(ratee),
        HAND_IN: TurnStanding.hand_in,
    }
    return acts.get(done)


def _alone(standing: TurnStanding) -> TurnStanding:
    """End whoever is open: the page opens somebody out of the order with one press."""
    return standing.end(standing.current) if standing.current else standing


def _refusal(error: WrongTurn) -> str:
    said = _REFUSALS.get(error.why)
    return said() if said else _("现在不能这样做。请看清各人的情况，需要时再点。")


def _page(campaign_code: str, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        standing = _standing(session, campaign)
        turnout = shown_turnout(session, campaign)
    ratees = campaign.definition.ratee
    page = render_template(
        "admin/campaigns/turns.html",
        campaign=campaign,
        standing=standing,
        running=campaign.state == "open" and not campaign.held,
        ratees=ratees,
        current=ratees[standing.current] if standing.current else None,
        following=ratees[standing.waiting[0]] if standing.waiting else None,
        words=_WORDS,
        turnout=turnout,
        clock=clock_time(campaign),
        countdown="",
        refusal=refusal,
    )
    return page, status
