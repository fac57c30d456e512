"""What was typed when its session had ended: carried by the login page, readable for the same account alone.

The server stores nothing of it. Each form's token against forgery tells whose page the form was on, by a mark
that only the server can make and read; so it holds after the session, its row and its cookie are gone.
"""

import hmac
import json
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from flask import current_app, g, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from survey.domain.errors import StalePage
from survey.secrecy.sealed_form_state import Carrier
from survey.services.accounts.accounts import Account
from survey.web.context import now, session_key

FIELD = "kept"
MAX_KEPT = 176 * 1024
"""Bytes of a form, compressed, that are carried at most: 235 KiB as text, and a login takes 256 KiB.

A lead's report of 150 units fits with a note of 500 signs at each; one with all that its fields may hold
does not.
"""
MAX_LOST = 20
"""Files that are named as lost at most."""
LIFE = timedelta(hours=12)
"""How long after the attempt to save it can be shown again."""
KEEPING = frozenset(
    f"admin.{name}"
    for name in (
        *("change_subject", "change_ratees", "change_person", "change_matrix", "name_new"),
        *("decide", "decide_section", "take_back_decision", "redact_text"),
        *("list_people", "extend", "present", "give_seat", "send_report", "next_year"),
        *("begin_directly", "setup_part", "new_setup_row", "setup_row", "paste_setup_rows"),
        *("setup_indicator_targets", "setup_unit_targets", "setup_indicator_plan"),
        *("settle_reports", "sign_off"),
        *("settle_sheet", "hand_sheet_in", "put_note", "put_comment"),
        *("record_conference", "analysis", "hand_in_statement"),
        *("write_talk_notes", "correct_talk_notes"),
        *("make_amendment", "enter_points", "enter_veto", "enter_value", "take_back_entry"),
        *("make_score_record", "record_meeting"),
        *("send_letter", "send_task", "answer_task", "rule_task"),
        *("plan_visits", "record_visit", "answer_visit", "rule_visit"),
    )
)
"""The forms that are kept. None asks for a password, a number, a code of a voter or a share of a key."""
_NEVER = frozenset({"csrf_token", "act", FIELD, "totp", "passkey", "carried", "word", "words", "again"})
_CSRF = "csrf_token"
_MAX_NAME = 120


@dataclass(frozen=True)
class KeptForm:
    """A form that was not saved: the address it was sent to, its fields in order, and files lost."""

    address: str
    values: tuple[tuple[str, str], ...]
    lost: tuple[str, ...]


def mark_forms(account: Account) -> None:
    """Have the forms of this browser's session tell the server, and nobody else, whose they are."""
    nonce = secrets.token_hex(20)
    session[_CSRF] = f"{nonce}.{_mark(nonce, account)}"
    g.pop(_CSRF, None)


def are_marked() -> bool:
    """Return whether this session's forms have a token already."""
    return _CSRF in session


def from_ended_session() -> bool:
    """Return whether the request's form was made here, for somebody who was logged in."""
    return _owner() is not None


def is_of(account: Account) -> bool:
    """Return whether the request's form was on a page of this account."""
    owner = _owner()
    return owner is not None and hmac.compare_digest(owner[1], _mark(owner[0], account))


def sealed() -> str | None:
    """Encrypt the request's form for whoever had its page.

    ``None`` where it is none that is kept, is too large, or does not tell whose it was.
    """
    owner = _owner()
    if owner is None or request.endpoint not in KEEPING:
        return None
    nonce, mark = owner
    values = [
        pair
        for pair in request.form.items(multi=True)
        if pair[0] not in _NEVER and not pair[0].endswith("password")
    ]
    address = request.full_path.rstrip("?")
    said = json.dumps([int(now().timestamp()), address, values, lost_files()], ensure_ascii=False)
    content = zlib.compress(said.encode("utf-8", "replace"))
    return None if len(content) > MAX_KEPT else f"{nonce}.{_carrier(nonce, mark).wrap(content)}"


def lost_files() -> list[str]:
    """List the names of the files that the request brought: their content is never kept."""
    sent = [one.filename for _name, one in request.files.items(multi=True) if one.filename]
    return [name[:_MAX_NAME] for name in sent[:MAX_LOST]]


def opened(kept: str, account: Account) -> KeptForm | None:
    """Decrypt what ``sealed`` made; ``None`` for another account than the form's, or when it is too old."""
    nonce, _dot, carried = kept.partition(".")
    try:
        content = json.loads(zlib.decompress(_carrier(nonce, _mark(nonce, account)).unwrap(carried)))
    except (StalePage, zlib.error):  # the version before compressed nothing
        return None
    at, address, values, lost = content
    if not 0 <= now().timestamp() - at + 1 < LIFE.total_seconds():
        return None
    return KeptForm(address, tuple((name, value) for name, value in values), tuple(lost))


def refill(values: Iterable[tuple[str, str]]) -> None:
    """Note what the page that is shown next is filled in with: ``is_refilled`` tells it."""
    g.refilled_fields = frozenset(name for name, value in values if value.strip())


def is_refilled(field: str) -> bool:
    """Return whether the page gets a kept text in a field; it has that field then, whatever is stored."""
    return field in g.get("refilled_fields", ())


def _carrier(nonce: str, mark: str) -> Carrier:
    return Carrier(session_key(), nonce.encode("utf-8", "replace"), ("kept form", mark))


def _mark(nonce: str, account: Account) -> str:
    said = f"owner of forms {nonce} {account.id}".encode("utf-8", "replace")
    return hmac.new(session_key(), said, sha256).hexdigest()


def _owner() -> tuple[str, str] | None:
    """Return nonce and mark of the posted token, where this server signed one that has them."""
    signer = URLSafeTimedSerializer(current_app.secret_key or b"", salt="wtf-csrf-token")
    posted = request.form.get(_CSRF) or request.headers.get("X-CSRFToken", "")
    try:
        nonce, dot, mark = str(signer.loads(posted)).partition(".")
    except BadData:
        return None
    return (nonce, mark) if dot else None
