"""What voters call; each view reads the form, calls one service and shows what came of it."""

from typing import NoReturn

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed, NotFound

from survey.domain.definition.schema_entries import CAMPAIGN_CODE
from survey.domain.errors import BadReceipt, InvalidBallot, NotAllOpened
from survey.secrecy.token import find_token
from survey.services.voting import casting, open_entry, receipts, statements, turns
from survey.storage.database import transaction
from survey.storage.fast_connection import fast_connection
from survey.web.context import now, vault
from survey.web.languages import address_of
from survey.web.security import VOTER, access

from . import pages, statement_pages
from .blueprint import blueprint
from .forms import read_form
from .open_entry.devices import held_token, remember_token
from .open_entry.origin import require_own_page
from .open_entry.throttle import require_patience

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_POSTED = ("/v/ballot", "/v/statement", "/v/review", "/v/cast")
_ADDRESSES = {"/v": ["GET"], **{path: ["POST"] for path in _POSTED}}


@blueprint.get("/v")
@access(VOTER)
def entry() -> Response:
    """Show the form that takes a voting code."""
    return pages.entry()


@blueprint.post("/v/ballot")
@access(VOTER)
def ballot() -> Response:
    """Show the ballot that a code opens."""
    form = read_form()
    return pages.ballot(_admitted(find_token(form.token)), form)


@blueprint.get("/v/turn/<campaign>")
@access(VOTER)
def turn(campaign: str) -> Response:
    """Show whose turn it is, the same to whoever asks; nothing of it is noted."""
    with fast_connection() as conn:
        told = turns.told(conn, campaign)
    if told is None:
        raise NotFound
    return pages.turn(told)


@blueprint.post("/v/statement")
@access(VOTER)
def statement() -> Response:
    """Show the report of somebody whom a code rates, where it came as a file; nothing of it is noted."""
    form = read_form()
    asked = form.fields.get("statement", [""])[0]
    with fast_connection() as conn:
        ticket = casting.admit(conn, vault(), find_token(form.token), now())
        opened = statements.opened(conn, ticket, asked)
    return statement_pages.statement(ticket, opened, form.written_token)


@blueprint.post("/v/review")
@access(VOTER)
def review() -> Response:
    """Show all answers before they are cast."""
    form = read_form()
    ticket = _admitted(form.token)
    try:
        checked = ticket.check(form.fields)
    except InvalidBallot as refusal:
        return pages.faulty(ticket, form, refusal)
    except NotAllOpened:
        return pages.too_early(ticket, form)
    return pages.review(ticket, form, checked)


@blueprint.post("/v/cast")
@access(VOTER)
def cast() -> Response:
    """Put the ballot into the box and show its receipt."""
    form = read_form()
    with fast_connection() as conn:
        ticket = casting.admit(conn, vault(), form.token, now())
        try:
            sealed = casting.seal(ticket, form.fields)
        except InvalidBallot as refusal:
            return pages.faulty(ticket, form, refusal)
        except NotAllOpened:
            return pages.too_early(ticket, form)
        conn.begin()
        receipt = casting.cast(conn, sealed, now())
    return pages.received(ticket, receipt)


@blueprint.get("/o/<campaign>")
@access(VOTER)
def offer(campaign: str) -> ResponseReturnValue:
    """Show an open campaign and its one button, also where a messenger wrote on behind its address."""
    bare = CAMPAIGN_CODE.match(campaign)
    if bare and bare[0] != campaign:
        return redirect(address_of(url_for("voter.offer", campaign=bare[0])))
    with transaction() as session:
        return pages.offer(open_entry.offered(session, campaign, now()))


@blueprint.post("/o/<campaign>")
@access(VOTER)
def hand_out(campaign: str) -> Response:
    """Give the device its own code, the same again while it is unused."""
    read_form()
    with transaction() as session:
        offering = open_entry.offered(session, campaign, now())
        require_own_page()
        token = open_entry.held_token(session, vault(), campaign, held_token(campaign), now())
    if token is None:
        require_patience()
        with transaction(write=True) as session:
            token = open_entry.hand_out(session, vault(), campaign, now())
    return remember_token(pages.handed_out(offering, token), campaign, token)


@blueprint.get("/receipt")
@access(VOTER)
def receipt() -> Response:
    """Show the form to look a receipt up."""
    return pages.receipts(None)


@blueprint.post("/receipt")
@access(VOTER)
def find_receipt() -> Response:
    """Look a receipt up among the ballots that were opened; posted, since addresses get logged."""
    typed = read_form().fields.get("receipt", [""])[0]
    try:
        receipt = receipts.read_receipt(typed)
    except BadReceipt:
        return pages.bad_receipt()
    with transaction() as session:
        return pages.receipts(receipts.find_receipt(session, receipt), receipt)


@blueprint.route("/v", methods=[method for method in _METHODS if method != "GET"])
@blueprint.route("/v/", methods=_METHODS)
@blueprint.route("/v/<path:rest>", methods=_METHODS)
@blueprint.route("/o", methods=_METHODS)
@blueprint.route("/o/", methods=_METHODS)
@blueprint.route("/o/<path:rest>", methods=_METHODS)
@access(VOTER)
def astray(rest: str = "") -> NoReturn:
    """Refuse what these addresses do not offer, in this blueprint's own words."""
    if request.path in _ADDRESSES:
        raise MethodNotAllowed(_ADDRESSES[request.path])
    if request.path.startswith("/v/turn/") and rest.count("/") == 1:
        raise MethodNotAllowed(["GET"])
    if request.path.startswith("/o/") and rest and "/" not in rest:
        raise MethodNotAllowed(["GET", "POST"])
    raise NotFound


def _admitted(token: str) -> casting.Ticket:
    with fast_connection() as conn:
        return casting.admit(conn, vault(), token, now())
