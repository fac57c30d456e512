"""What a page carries between the steps of a ceremony, tied to one login session of one browser.

The session cookie holds a random secret and nothing else of it; the page holds the rest, encrypted under that
secret, the instance's own and the account. Once the secret is dropped, this browser cannot have a page read
again that somebody kept. Whoever kept the cookie too can: so what must not come back is guarded elsewhere.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.domain.errors import StalePage
from survey.secrecy.carrying import Carrier
from survey.web.context import vault

from .blueprint import blueprint

_KEPT = "ceremony"


def begin(act: str, code: str) -> None:
    """Begin a ceremony; one that this browser has begun before ends with it."""
    secret = urlsafe_b64encode(secrets.token_bytes(32)).decode()
    session[_KEPT] = {"act": act, "code": code, "secret": secret}


def end() -> None:
    """Drop the secret: what pages carry cannot be read any more."""
    session.pop(_KEPT, None)


def wrap(act: str, code: str, content: bytes) -> str:
    """Encrypt what the next page is to carry."""
    return _carrier(act, code).wrap(content)


def unwrap(act: str, code: str) -> bytes:
    """Decrypt what the page carried that was just sent; raises ``StalePage``."""
    return _carrier(act, code).unwrap(request.form.get("carried", ""))


def _carrier(act: str, code: str) -> Carrier:
    secret = urlsafe_b64decode(_kept(act, code)["secret"])
    return Carrier(vault().session_key, secret, (act, code, current_user.get_id()))


def _kept(act: str, code: str) -> dict[str, str]:
    kept = session.get(_KEPT)
    if kept is None or (kept["act"], kept["code"]) != (act, code):
        raise StalePage("foreign")
    return dict(kept)


@blueprint.errorhandler(StalePage)
def stale(error: StalePage) -> ResponseReturnValue:
    """Say that a page cannot be used any more, and lead to a new beginning."""
    sentences = {
        "foreign": _("这一页属于另一次登录、另一项活动，或者已经重新开始过。"),
        "expired": _("这一页停留的时间太长，已经失效。"),
        "changed": _("测评内容在此期间被修改过，之前生成的钥匙已作废。"),
        "past": _("这一步已经完成，不能退回。"),
    }
    code = (request.view_args or {}).get("code", "")
    return render_template("admin/stale.html", sentence=sentences[error.why], code=code), 409
