"""The code that an open campaign gave to a device, kept in a signed cookie on that campaign's path only."""

from flask import Response, request
from itsdangerous import BadData, URLSafeSerializer

from survey.web.context import settings, vault

COOKIE = "minping-code"
KEPT_DAYS = 180
"""How long a browser may keep the code, unless somebody clears it."""


def held_token(campaign: str) -> str | None:
    """Return the code that this device was given for a campaign, if any."""
    try:
        return str(_signer(campaign).loads(request.cookies.get(COOKIE, "")))
    except BadData:
        return None


def remember_token(response: Response, campaign: str, token: str) -> Response:
    """Set the cookie that holds a device's code; it comes back to ``/o/{campaign}`` and nowhere else."""
    response.set_cookie(
        COOKIE,
        _signer(campaign).dumps(token),
        max_age=KEPT_DAYS * 24 * 3600,
        path=f"/o/{campaign}",
        secure=request.is_secure or settings().base_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return response


def _signer(campaign: str) -> URLSafeSerializer:
    # Without a time: when a device asked for its code is nobody's business, not even on the device.
    return URLSafeSerializer(vault().cookie_key, salt=f"device of {campaign}")
