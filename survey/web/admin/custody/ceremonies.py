"""What a page carries between the steps of a ceremony, tied to one login session of one browser.

The session cookie holds a random secret; the page holds the rest, encrypted under that secret, the account
and a key that the ceremony has for itself on the office's node. That key is destroyed when the ceremony ends,
and with it ends what pages and cookies are worth that somebody kept.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.domain.errors import StalePage
from survey.secrecy import ceremony
from survey.secrecy.sealed_form_state import Carrier
from survey.services.custody import ceremonies
from survey.web.admin.blueprint import blueprint
from survey.web.context import now, settings

_KEPT = "ceremony"


def begin(act: str, campaign_code: str, until: datetime, about: str = "") -> None:
    """Begin a ceremony; the campaign's earlier one of its kind, and one of this browser, end with it.

    ``about`` is no secret: by it ``is_done`` knows this ceremony again when it is over.
    """
    leave()
    secret = secrets.token_bytes(32)
    ceremony.begin(settings().instance, ceremonies.name_of(act, campaign_code), secret, until)
    session[_KEPT] = {
        "act": act,
        "code": campaign_code,
        "secret": urlsafe_b64encode(secret).decode(),
        "about": about,
    }


def end(act: str, campaign_code: str) -> None:
    """End a campaign's ceremony, which is done: nothing that was kept of it can be read any more."""
    ceremonies.end(settings().instance, act, campaign_code)
    session.pop(_KEPT, None)


def leave() -> None:
    """Break off the ceremony that this browser has begun, if there is one."""
    kept = session.pop(_KEPT, None)
    if kept is not None:
        name = ceremonies.name_of(kept["act"], kept["code"])
        ceremony.end(settings().instance, name, urlsafe_b64decode(kept["secret"]))


def is_done(act: str, campaign_code: str, about: str = "") -> bool:
    """Return whether a ceremony that is over is this browser's own: then its last form was sent twice."""
    kept = session.get(_KEPT)
    return kept is not None and (kept["act"], kept["code"], kept["about"]) == (act, campaign_code, about)


def wrap(act: str, campaign_code: str, content: bytes) -> str:
    """Encrypt what the next page is to carry."""
    return _carrier(act, campaign_code).wrap(content)


def unwrap(act: str, campaign_code: str) -> bytes:
    """Decrypt what the page carried that was just sent; raises ``StalePage``."""
    return _carrier(act, campaign_code).unwrap(request.form.get("carried", ""))


def _carrier(act: str, campaign_code: str) -> Carrier:
    kept = session.get(_KEPT)
    if kept is None or (kept["act"], kept["code"]) != (act, campaign_code):
        raise StalePage("foreign")
    secret = urlsafe_b64decode(kept["secret"])
    key = ceremony.key_of(settings().instance, ceremonies.name_of(act, campaign_code), secret, now())
    return Carrier(key, secret, (act, campaign_code, current_user.get_id()))


def broken_off(campaign_code: str) -> ResponseReturnValue:
    """Break off this browser's ceremony because somebody asked for it, and lead back to the campaign."""
    leave()
    flash(_("已中止。这次的各页都已失效，需要时从头开始。"), "good")
    return redirect(url_for("admin.campaign", campaign_code=campaign_code), 303)


@blueprint.errorhandler(StalePage)
def stale(error: StalePage) -> ResponseReturnValue:
    """Answer that a page cannot be used any more, and link to a new beginning."""
    if error.why in ("expired", "changed"):
        leave()
    sentences = {
        "foreign": _("这一页属于另一次登录、另一项活动，或者已经结束、重新开始过。"),
        "expired": _("这一页停留的时间太长，已经失效。"),
        "changed": _("测评内容在此期间被修改过，之前生成的钥匙已作废。"),
        "past": _("这一步已经完成，不能退回。"),
    }
    return render_template(
        "admin/custody/stale.html",
        sentence=sentences[error.why],
        campaign_code=(request.view_args or {}).get("campaign_code", ""),
        goes_on=error.why == "past",
        # Only what was refused itself is forgotten by the browser: an old form says nothing of a ceremony.
        is_over=error.why in ("expired", "changed") or request.endpoint == "admin.resume_arming",
    ), 409
