"""Pictures of single lines, to those who are asked about them now."""

import re

from flask import Response, abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.services.paper import review
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .opened import opened

_KEY = re.compile("[0-9a-f]{32}")


@blueprint.get("/c/<campaign_code>/paper/crop/<crop>.png")
@access(Permission.REVIEW_PAPER)
def paper_crop(campaign_code: str, crop: str) -> ResponseReturnValue:
    """Show the picture of a line; one that is not asked about now is as good as none."""
    if not _KEY.fullmatch(crop):
        abort(404)
    with transaction() as session:
        campaign, key = opened(session, campaign_code)
        picture = review.picture(session, campaign, key, current_user.account, crop)
    if picture is None:
        abort(404)
    # Kept by no browser and nothing on the way: answers before these pages' own headers are looked at.
    return Response(picture, mimetype="image/png", headers={"Cache-Control": "no-store"})
