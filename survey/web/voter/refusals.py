"""Every refusal of a voter's request: status, key and sentence."""

from flask import Response, request
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from survey.domain.errors import (
    AlreadyCast,
    AlteredStatement,
    ByMessage,
    CeilingReached,
    Closed,
    FromElsewhere,
    NotAdmitted,
    NotAllOpened,
    NotOffered,
    NotOpen,
    Refusal,
    TooBusy,
    TooLarge,
    Unavailable,
    UnknownStatement,
    UnknownToken,
    VoidedToken,
)

from . import labels, pages
from .blueprint import blueprint
from .forms import read_form

_ANSWERS: dict[type[Exception], tuple[int, str]] = {
    TooLarge: (413, "too-large"),
    NotOpen: (403, "not-open"),
    AlreadyCast: (409, "already-cast"),
    NotAllOpened: (403, "not-all-open"),
    Closed: (403, "closed"),
    FromElsewhere: (403, "cross-site"),
    CeilingReached: (403, "full"),
    NotOffered: (404, "unknown-campaign"),
    ByMessage: (404, "by-message"),
    UnknownStatement: (404, "unknown-statement"),
    AlteredStatement: (409, "altered-statement"),
    TooBusy: (429, "too-busy"),
    Unavailable: (503, "unavailable"),
    InternalServerError: (500, "failure"),
    RequestEntityTooLarge: (413, "too-large"),
    NotFound: (404, "not-found"),
    MethodNotAllowed: (405, "method-not-allowed"),
}


RAISED = "minping.raised"
"""Where a request's environment holds what was raised before Flask, to be answered here."""


@blueprint.before_request
def raise_again() -> None:
    """Raise what the front met in answering this request."""
    if error := request.environ.get(RAISED):
        raise error


@blueprint.errorhandler(UnknownToken)
@blueprint.errorhandler(VoidedToken)
def unknown_token(error: Refusal) -> Response:
    """Answer a code that opens nothing: mistyped, voided or unknown, with the form to type it again."""
    form = read_form()
    kind = "unknown-code"
    if isinstance(error, VoidedToken):
        kind = "voided-code"
    elif not form.token.strip():
        kind = "missing-code"
    elif isinstance(error, UnknownToken) and error.mistyped:
        kind = "mistyped-code"
    return pages.refused(
        404, "unknown-code", labels.SENTENCES[kind], template="voter/entry.html", typed=form.echo
    )


@blueprint.errorhandler(Refusal)
@blueprint.errorhandler(Unavailable)
def refusal(error: Refusal | Unavailable) -> Response:
    """Answer every other refusal in plain words."""
    status, key = _ANSWERS[type(error)]
    # A spent code is given back to the page, whose script may hold the draft of that very ballot.
    # With the code, the page can be asked for in another language; one too large was not read.
    token = read_form().written_token if isinstance(error, NotAdmitted) else ""
    spent = token if isinstance(error, AlreadyCast) else ""
    open_entry = _is_open_entry(error)
    sentence = _sentence(error, key, open_entry=open_entry)
    response = pages.refused(status, key, sentence, token=token, spent=spent, open_entry=open_entry)
    if isinstance(error, TooBusy):
        response.headers["Retry-After"] = str(error.seconds)
    return response


@blueprint.errorhandler(HTTPException)
def astray(error: HTTPException) -> Response:
    """Answer what is no voter's request at all, with a way back."""
    status, key = _ANSWERS.get(type(error), (400, "bad-request"))
    response = pages.refused(status, key, labels.SENTENCES[key])
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _is_open_entry(error: Exception) -> bool:
    """Return whether this is about a campaign that is open to everyone, as far as the request tells."""
    return request.path.startswith("/o/") or (isinstance(error, NotAdmitted) and error.open_entry)


def _sentence(error: Refusal | Unavailable, key: str, *, open_entry: bool) -> labels.Sentence:
    if isinstance(error, NotOpen) and error.opens_at:
        return labels.not_open_until(error.opens_at, open_entry=open_entry)
    if isinstance(error, AlreadyCast) and request.endpoint == "voter.hand_out":
        key = "device-cast"
    return labels.sentence_of(key, open_entry=open_entry)
