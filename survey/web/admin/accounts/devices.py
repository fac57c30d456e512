"""Devices in which an account logged in before: a signed cookie for each, sent to the login page only."""

import secrets
from hashlib import sha256

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

from survey.domain.definition.names import seen
from survey.services.accounts.login_throttle import ELSEWHERE
from survey.web.context import session_key, settings

KEPT_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""


def place_of(name: str) -> str:
    """Return from where somebody logs in under a name: this device, if it is known, or elsewhere."""
    known = _known(name)
    return ELSEWHERE if known is None else f"device {known}"


def remember_device(response: Response, name: str) -> Response:
    """Remember this device from now on for this account, and for no other."""
    response.set_cookie(
        _cookie(name),
        _signer(name).dumps(_known(name) or secrets.token_urlsafe(16)),
        max_age=KEPT_SECONDS,
        path="/admin/login",
        secure=request.is_secure or settings().base_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return response


def _known(name: str) -> str | None:
    try:
        return str(_signer(name).loads(request.cookies.get(_cookie(name), ""), max_age=KEPT_SECONDS))
    except BadData:
        return None


def _cookie(name: str) -> str:
    # Names are Chinese, cookies' names are not; several people may share a computer.
    return f"minping-device-{sha256(seen(name).encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _signer(name: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(session_key(), salt=f"device of account {seen(name)}")
