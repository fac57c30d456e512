"""A share in a form: typed, scanned or pasted into a field, or as a file beside it."""

from flask import request

from survey.domain.errors import BadShare
from survey.services.custody.carried_share import share_text
from survey.web.admin.blueprint import blueprint

MAX_PICTURE = 1 << 20
"""As much as the server lets through; larger photos are made smaller by script before they leave."""
_TAKING = ("admin.bring_shares", "admin.confirm_share")
_MENDABLE = ("word", "length", "damaged", "group", "groups", "digits")


@blueprint.url_value_preprocessor
def _take_pictures(endpoint: str | None, _values: object) -> None:
    """Take a larger body where the picture of a share may come, before anything reads the form."""
    if endpoint in _TAKING:
        request.max_content_length = MAX_PICTURE


def brought_share() -> str:
    """Return the text of the share that was sent: of the file where there is one, else as typed.

    Raises ``BadShare`` where the file cannot hold one.
    """
    file = request.files.get("file")
    content = file.read() if file else b""
    return share_text(content) if content else request.form.get("words", "")


def to_be_mended(error: BadShare) -> str:
    """Return what was typed where it is no share yet, to be mended; a whole share is never given back."""
    return request.form.get("words", "") if error.why in _MENDABLE else ""
