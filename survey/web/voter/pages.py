"""The voter's pages as responses: HTML, or JSON where the client asked for it."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from flask import Response, jsonify, make_response, render_template, request

from survey.domain.ballot.ballot import RECEIPT_SYMBOLS, Ballot, is_spoiled
from survey.domain.ballot.crockford import group_symbols, read_symbols
from survey.domain.ballot.turns import TurnStanding, begun
from survey.domain.definition.campaign import Campaign, Custody, EntryMode
from survey.domain.errors import AlteredStatement, InvalidBallot
from survey.secrecy.receipt import new_receipt
from survey.services.voting import statements
from survey.services.voting.casting import Ticket, form_of
from survey.services.voting.statements import OfferedStatement
from survey.storage.fast_connection import fast_connection
from survey.web import compression
from survey.web.context import settings
from survey.web.languages import Language, language

from . import labels
from .assets import policy
from .cards import (
    by_grade,
    cards_of,
    contents,
    has_list,
    missing_of,
    mistakes_of,
    number_of_blanks,
    runs_of,
)
from .forms import PostedForm, printable, wants_json
from .open_entry.devices import KEPT_DAYS
from .padding import fixed_size
from .promises import SPOILED, cautions, closing, left_blank, promises, rules_of
from .sheets import Render, Sheets

ENTRY = "entry"
ENTRY_SECONDS = 300

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

_sheets = Sheets()


def entry() -> Response:
    """Return the page where a code is typed in: the same bytes for everyone."""
    response = _kept(ENTRY, (), lambda: render_template("voter/entry.html", sentence=None, typed=""))
    response.headers["Cache-Control"] = f"public, max-age={ENTRY_SECONDS}"
    response.headers["Content-Security-Policy"] = policy(("entry.css",), ("entry.js",))
    response.add_etag()
    response.make_conditional(request)
    return response


def ballot(ticket: Ticket, form: PostedForm) -> Response:
    """Return the ballot, with what ``form`` holds already filled in."""
    if wants_json():
        return jsonify(_outline(ticket))
    filled = form.filled()
    receipt = receipt_in(filled)
    if filled.keys() - {"receipt"}:
        return make_response(ballot_page(ticket, form.written_token, receipt, filled, None))

    listed = has_list(ticket.form)
    by_turn = ticket.standing is not None
    styles = ("voter.css", *(("list.css",) if listed else ()), *(("turns.css",) if by_turn else ()))
    statement = ("statement.js",) if ticket.statements else ()
    more = (*statement, *(("turns.js",) if by_turn else ()))
    scripts = ("voter.js", *(("list.js",) if listed else ()), "ballot.js", *more)
    if ticket.definition.entry is EntryMode.OPEN:
        scripts = ()  # style and script came as files with the page before

    def render(token: str, receipt: str, reading: str = "") -> str:
        return ballot_page(ticket, token, receipt, {}, None, reading, styles=styles, scripts=scripts)

    key, slots = ballot_key(ticket, plain=_plain()), ballot_slots(ticket, form, receipt)
    response = _kept(key, slots, render)
    if scripts:
        response.headers["Content-Security-Policy"] = policy(styles, scripts, ("curtain.js",))
    return response


def ballot_key(ticket: Ticket, *, plain: bool) -> Hashable:
    """Return all that an empty ballot depends on, but slots and language; ``plain`` tells of no HTTPS."""
    return (
        ticket.definition.shown,
        ticket.form.group,
        ticket.custody,
        ticket.ends_at,
        ticket.trial,
        ticket.statements,
        ticket.standing,
        plain,
    )


def ballot_slots(ticket: Ticket, form: PostedForm, receipt: str) -> list[str]:
    """Return what an empty ballot has of its own: code and receipt, and the code in the form for reports."""
    token = form.written_token
    return [token, receipt, token] if ticket.statements else [token, receipt]


def faulty(ticket: Ticket, form: PostedForm, refusal: InvalidBallot) -> Response:
    """Return the ballot again, answers kept, with each fault said on top and at its line.

    Answers on somebody never opened are not kept: without script a tick cannot be taken back.
    """
    sentence = labels.SENTENCES["invalid-ballot"]
    if wants_json():
        texts = {printable(name): labels.fault_text(fault) for name, fault in refusal.fields.items()}
        return refused(422, "invalid-ballot", sentence, texts)
    never = {name for name, fault in refusal.fields.items() if fault.kind == "not-opened"}
    given = form.filled().items()
    filled = {name: values for name, values in given if name.removesuffix(".reason") not in never}
    page = ballot_page(ticket, form.written_token, receipt_in(filled), filled, refusal)
    return make_response(page, 422)


def too_early(ticket: Ticket, form: PostedForm) -> Response:
    """Return the ballot again, all answers kept, saying that ballots are not taken yet."""
    sentence = labels.SENTENCES["not-all-open"]
    if wants_json():
        return refused(403, "not-all-open", sentence)
    filled = form.filled()
    page = ballot_page(ticket, form.written_token, receipt_in(filled), filled, None, early=sentence)
    return make_response(page, 403)


def turn(standing: TurnStanding) -> Response:
    """Return whose turn it is, and who had it; whoever is not named is waiting."""
    return jsonify(revision=standing.revision, handing_in=standing.handing_in, turns=begun(standing.turns))


def review(ticket: Ticket, form: PostedForm, checked: Ballot) -> Response:
    """Return all answers once more, with what was left blank, before they are cast."""
    blanks = number_of_blanks(ticket.form, checked)
    spoiled = is_spoiled(ticket.form, checked.ratings)
    if wants_json():
        return jsonify(blank=blanks, spoiled=spoiled)
    filled = form.filled()
    filled["receipt"] = [checked.receipt or new_receipt()]
    cards = cards_of(ticket.form)
    runs = runs_of(cards, lists=not ticket.definition.turns)
    page = render_template(
        "voter/review.html",
        definition=ticket.definition,
        trial=ticket.trial,
        form=ticket.form,
        runs=runs,
        listed=any(run.listed for run in runs),
        by_grade=by_grade,
        token=form.written_token,
        filled=filled,
        checked=checked,
        blanks=blanks,
        left_blank=left_blank(ticket.form),
        missing=missing_of(cards, ticket.form, checked),
        untouched=[run for run in runs if run.is_empty_on(ticket.form, checked)],
        answered=filled.keys() - {"receipt"},
        spoiled=spoiled,
        rules=[words for rule, words in SPOILED.items() if rule in ticket.definition.rules.spoiled_if],
    )
    return make_response(page)


def received(ticket: Ticket, receipt: str) -> Response:
    """Return the receipt of a ballot that is in the box."""
    if wants_json():
        return make_response(jsonify(receipt=receipt), 201)
    response = _kept(received_key(ticket), (receipt,), lambda receipt: _received_page(ticket, receipt))
    response.status_code = 201
    return response


def received_key(ticket: Ticket) -> Hashable:
    """Return all that the page of a receipt depends on but the receipt and the language."""
    return "received", ticket.definition.shown, ticket.ends_at, ticket.trial


def offer(campaign: Campaign) -> Response:
    """Return the page of an open campaign, with its one button."""
    if wants_json():
        return jsonify(campaign=campaign.code, title=campaign.definition.title)
    definition = campaign.definition
    form = form_of(definition, definition.raters[0].key)
    page = render_template(
        "voter/offer.html",
        definition=definition,
        trial=campaign.is_trial,
        days=KEPT_DAYS,
        left_blank=left_blank(form),
        rules=rules_of(form),
        promises=promises(definition, campaign.custody or Custody.SERVER),
        cautions=cautions(form, _plain()),
    )
    return make_response(page)


def handed_out(campaign: Campaign, token: str) -> Response:
    """Return a device's own code, in a form that leads to the ballot."""
    if wants_json():
        return jsonify(code=token)
    page = render_template(
        "voter/handed_out.html", definition=campaign.definition, trial=campaign.is_trial, token=token
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = policy(("entry.css",), ("handed.js",))
    return response


def receipts(found: list[tuple[str, int]] | None, typed: str = "") -> Response:
    """Return the page to look a receipt up; ``found`` is ``None`` before anything was looked up."""
    if wants_json():
        return jsonify(found=[{"title": title, "times": times} for title, times in found or ()])
    return make_response(render_template("voter/receipt.html", found=found, typed=typed, sentence=None))


def bad_receipt() -> Response:
    """Return the page to look a receipt up, saying that what was typed is none."""
    sentence = labels.SENTENCES["bad-receipt"]
    return refused(422, "bad-receipt", sentence, template="voter/receipt.html", found=None, typed="")


def refused(
    status: int,
    key: str,
    sentence: labels.Sentence,
    fields: dict[str, str] | None = None,
    template: str = "voter/refused.html",
    **shown: Any,
) -> Response:
    """Return a refusal: in JSON its key and sentence, in HTML a page that says what to do."""
    if wants_json():
        return make_response(jsonify(error=key, message=str(sentence), fields=fields or {}), status)
    return make_response(render_template(template, sentence=sentence, key=key, **shown), status)


def ballot_page(
    ticket: Ticket,
    token: str,
    receipt: str,
    filled: dict[str, list[str]],
    refusal: InvalidBallot | None,
    reading: str = "",
    *,
    reports: Mapping[str, OfferedStatement] | None = None,
    texts: Mapping[str, str] | None = None,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    early: labels.Sentence | None = None,
) -> str:
    """Render a ballot, with what was ``filled`` in and what was found wrong with it.

    ``reading`` is the code in the form that asks for reports. ``reports`` and their ``texts`` are given where
    nobody can ask for them. ``scripts`` and ``styles`` stand in the page itself, where they are named.
    ``early`` says that a ballot came before they are taken.
    """
    faults = refusal.fields if refusal else {}
    if reports is None:
        reports = _reports(ticket)
    cards = cards_of(ticket.form)
    runs = runs_of(cards, lists=not ticket.definition.turns)
    return render_template(
        "voter/ballot.html",
        definition=ticket.definition,
        trial=ticket.trial,
        form=ticket.form,
        group=ticket.definition.rater[ticket.form.group],
        cards=cards,
        contents=contents(ticket.form, cards),
        runs=runs,
        rules=rules_of(ticket.form),
        promises=promises(ticket.definition, ticket.custody),
        cautions=cautions(ticket.form, _plain()),
        left_blank=left_blank(ticket.form),
        token=token,
        receipt=receipt,
        size=fixed_size(ticket.form),
        spoiled_if=" ".join(sorted(ticket.definition.rules.spoiled_if)),
        closing=closing(ticket.definition, ticket.ends_at),
        reading=reading or (token if ticket.statements else ""),
        reports=reports,
        texts=texts,
        styles=styles,
        scripts=scripts,
        early=early,
        standing=ticket.standing,
        turns=ticket.standing.by_ratee if ticket.standing else {},
        begun=begun(ticket.standing.turns) if ticket.standing else {},
        listed=any(run.listed for run in runs),
        filled=filled,
        faults={name: labels.fault_text(fault) for name, fault in faults.items()},
        mistakes=mistakes_of(ticket.form, faults, filled),
    )


def _reports(ticket: Ticket) -> Mapping[str, OfferedStatement]:
    if ticket.statements is None:
        return {}
    with fast_connection() as conn:
        try:
            return statements.offered(conn, ticket)
        except AlteredStatement:
            return {}  # whoever asks for one is told; the ballot is the same without


def _received_page(ticket: Ticket, receipt: str) -> str:
    return render_template(
        "voter/received.html",
        definition=ticket.definition,
        trial=ticket.trial,
        receipt=receipt,
        closing=closing(ticket.definition, ticket.ends_at),
    )


def _kept(key: Hashable, slots: Sequence[str], render: Render) -> Response:
    """Return a page that is rendered once for each language and then kept, see ``Sheets``."""
    packed = compression.wanted()
    response = make_response(_sheets.body((key, language()), slots, render, packed=packed))
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def kept(key: Hashable, slots: Sequence[str], of: Language, *, packed: bool) -> bytes | None:
    """Return a page that was answered in a language before, with what belongs into its slots."""
    return _sheets.kept((key, of), slots, packed=packed)


def receipt_in(filled: dict[str, list[str]]) -> str:
    """Return the receipt that the client sent, or a new one where it cannot be used."""
    symbols = read_symbols(filled.get("receipt", [""])[0])
    return group_symbols(symbols) if symbols and len(symbols) == RECEIPT_SYMBOLS else new_receipt()


def _outline(ticket: Ticket) -> dict[str, Any]:
    """Return the fields of a ballot: the values of each rating and question, the length of each text.

    Where reports came as files, also what each is asked for by.
    """
    fields: dict[str, Any] = {line.name: list(line.positions) for line in ticket.form.lines}
    for name, question in ticket.form.questions.items():
        fields[name] = [option.key for option in question.options]
    outline: dict[str, Any] = {
        "campaign": ticket.definition.code,
        "title": ticket.definition.title,
        "group": ticket.form.group,
        "receipt": new_receipt(),
        "fields": fields | ticket.form.texts,
    }
    reports = {
        key: {"statement": one.asked, "pages": one.file.pages, "bytes": one.file.size}
        for key, one in _reports(ticket).items()
    }
    if ticket.standing:
        outline["turns"] = {key: turn.value for key, turn in ticket.standing.turns}
    return outline | ({"statements": reports} if reports else {})


def _plain() -> bool:
    return is_plain(settings().base_url, request.scheme, request.host)


def is_plain(base_url: str, scheme: str, host: str) -> bool:
    """Return whether a request came over the network without HTTPS, as voters are told."""
    # Behind a proxy that speaks HTTPS, only the settings know it.
    if base_url.startswith("https:"):
        return False
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return scheme not in ("https", "wss") and name not in _LOOPBACK
