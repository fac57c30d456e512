"""Rosters, shares, codes and ballots that are nearly right: read as meant, or refused by name (R7)."""

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from hypothesis import event, given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from survey.documents.roster.merge import merge_roster
from survey.documents.roster.reader import read_roster
from survey.domain.ballot.ballot import RECEIPT_SYMBOLS, Ballot, BallotForm, is_acceptable
from survey.domain.ballot.crockford import ALPHABET, group_symbols
from survey.domain.ballot.packing import Packing
from survey.domain.ballot.typed_codes import typed_codes
from survey.domain.definition.reader import read_definition
from survey.domain.errors import BadShare, InvalidBallot, MinpingError, TooLarge, UnknownToken
from survey.secrecy.custody import combine, split
from survey.secrecy.share_input import read_share
from survey.secrecy.token import SYMBOLS, check_symbol, read_token
from survey.services.voting.receipts import read_receipt
from survey.web.admin.words.roster import SENTENCES
from survey.web.public.links import PersonLink, opens_results, person_link, read_person, results_link
from survey.web.server import bodies
from survey.web.voter.forms import read_form
from tests.attack.cells import text_rosters, workbooks
from tests.attack.strangeness import encoded
from tests.attack.structure import often, valid_definitions
from tests.attack.typed import STRANGERS, in_fours, mistyped, posted, told_words, typed, wrong_words
from tests.builders import a_definition
from tests.documents.rosters import GROUPS, SECTIONS

pytestmark = pytest.mark.slow


# Rosters


@cache
def _taking_rosters() -> dict[str, Any]:
    [section] = a_definition()["sections"]
    sections = [section | {"key": key, "title": title} for key, title in SECTIONS.items()]
    return a_definition(ratees=(), groups=tuple(GROUPS), sections=sections)


def assert_roster(data: bytes, name: str) -> None:
    """Read it; what is taken makes ratees of which nothing is wrong."""
    roster = read_roster(data, name, SECTIONS, GROUPS)
    assert bool(roster.rows) != bool(roster.faults)
    for fault in roster.faults:
        assert SENTENCES[fault.kind]
    if roster.rows:
        event("taken")
        definition = read_definition(merge_roster(_taking_rosters(), roster.rows, replace=True))
        assert len(definition.ratees) == len(roster.rows)


@often(200, 10_000)
@given(workbooks())
def test_a_workbook_of_any_cells_is_refused_by_name_or_whole(data: bytes) -> None:
    assert_roster(data, "名册.xlsx")


@often(200, 10_000)
@given(text_rosters())
def test_a_text_of_any_cells_is_refused_by_name_or_whole(data: bytes) -> None:
    assert_roster(data, "名册.csv")


# Shares

SEED = bytes(range(32))


@cache
def _shares() -> Sequence[Sequence[str]]:
    return [share.words.split() for share in split("x", SEED, 3, 2)]


@often(60, 3_000)
@given(st.data())
def test_a_share_is_read_however_it_is_written(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, 2))
    share = read_share(data.draw(told_words(_shares()[number])))
    assert share.words.split() == _shares()[number]
    assert (share.number, share.threshold) == (number + 1, 2)


@often(150, 10_000)
@given(st.data())
def test_wrong_words_are_no_share(data: st.DataObject) -> None:
    words = data.draw(wrong_words(_shares()[0]))
    text = data.draw(st.sampled_from((" ", "\n", "、"))).join(words)
    with contextlib.suppress(BadShare):
        assert read_share(text).words.split() in _shares()
    others = [" ".join(_shares()[number]) for number in data.draw(st.lists(st.integers(0, 2), max_size=3))]
    texts = data.draw(st.permutations([text, *others]))
    with contextlib.suppress(BadShare):
        assert combine(texts) == SEED


# Codes, receipts and links

_symbols = st.text(ALPHABET, min_size=SYMBOLS - 1, max_size=SYMBOLS - 1)
_codes = _symbols.map(lambda symbols: symbols + check_symbol(symbols))
_receipts = st.text(ALPHABET, min_size=RECEIPT_SYMBOLS, max_size=RECEIPT_SYMBOLS)


def refused(read: Callable[[str], object], text: str, error: type[MinpingError]) -> None:
    with pytest.raises(error):
        read(text)


@often(150, 10_000)
@given(st.data(), _codes, _receipts)
def test_a_code_and_a_receipt_are_read_in_any_disguise(data: st.DataObject, code: str, receipt: str) -> None:
    assert read_token(data.draw(typed(code))) == group_symbols(code)
    assert read_receipt(data.draw(typed(receipt))) == group_symbols(receipt)
    refused(read_token, data.draw(mistyped(code)), UnknownToken)
    refused(read_token, receipt, UnknownToken)
    refused(read_receipt, code, MinpingError)
    refused(
        read_receipt,
        data.draw(st.sampled_from((receipt[1:], receipt + "0", receipt[1:] + "U"))),
        MinpingError,
    )


@often(100, 10_000)
@given(st.data(), st.lists(_codes, max_size=5))
def test_codes_are_found_in_what_is_pasted(data: st.DataObject, codes: list[str]) -> None:
    around = st.sampled_from(
        ("{}\n", "{},", "https://minping.example.org/v#{}\n", "\t{}；", "A,{}\r\n", "{}、")
    )
    text = "".join(data.draw(around).format(data.draw(in_fours(code))) for code in codes)
    found = dict.fromkeys(read_token(code) for code in typed_codes(text) if code.strip(",;、"))
    assert list(found) == list(dict.fromkeys(map(group_symbols, codes)))
    for code in typed_codes(text + data.draw(STRANGERS)):
        assert code


KEY = b"k" * 32


@often(100, 10_000)
@given(st.data(), st.text("abc-0123", min_size=1), st.text(min_size=1, max_size=9), st.integers(0, 9))
def test_a_link_opens_what_it_was_signed_for(data: st.DataObject, code: str, ratee: str, number: int) -> None:
    until = datetime(2026, 11, 22, 9, tzinfo=UTC)
    edition: Any = SimpleNamespace(number=number, personal=SimpleNamespace(until=until))
    person = person_link(code, ratee, edition, KEY).rpartition("/")[2]
    [results] = parse_qs(urlsplit(results_link(code, number, KEY)).query)["k"]
    assert read_person(code, person, KEY) == PersonLink(ratee, number, until)
    assert opens_results(code, number, results, KEY)
    assert not opens_results(code, number + 1, results, KEY)
    assert not opens_results(code, number, results, KEY[1:])
    assert not opens_results(code, number, person, KEY)
    assert read_person(code, results, KEY) is None
    assert read_person(code + "0", person, KEY) is None
    at = data.draw(st.integers(0, len(person) - 2))  # the last sign holds bits that nobody reads
    wrong = person[:at] + data.draw(st.sampled_from([sign for sign in "aB-_.é\0" if sign != person[at]]))
    for other in (wrong, wrong + person[at + 1 :], data.draw(STRANGERS)):
        assert read_person(code, other, KEY) is None


# Ballots


@cache
def _packings() -> Sequence[Packing]:
    return [Packing(read_definition(data)) for data in valid_definitions()]


def a_form(data: st.DataObject) -> tuple[Packing, BallotForm]:
    packing = _packings()[data.draw(st.integers(0, len(_packings()) - 1))]
    return packing, packing.forms[data.draw(st.integers(0, len(packing.forms) - 1))]


@cache
def _web() -> Flask:
    app = Flask("forms")
    bodies.attach(app)
    return app


def read_posted(fields: Sequence[tuple[str, str]], *, multipart: bool) -> Mapping[str, Sequence[str]]:
    """Send fields as a browser does, and read them as the voter's pages do."""
    if multipart:
        head = "--x\r\nContent-Disposition: form-data; name="
        text = "".join(f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields) + "--x--\r\n"
        kind = "multipart/form-data; boundary=x"
    else:
        text = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in fields)
        kind = "application/x-www-form-urlencoded"
    body = text.encode("utf-8", "surrogatepass")
    with _web().test_request_context(method="POST", data=body, content_type=kind):
        form = read_form()
        json.dumps(form.filled(), ensure_ascii=False).encode()
        form.echo.encode()
        return form.fields


@often(250, 10_000)
@given(st.data(), st.booleans())
def test_posted_fields_are_a_ballot_in_range_or_refused_by_name(data: st.DataObject, multipart: bool) -> None:
    packing, form = a_form(data)
    sent = data.draw(posted(form))
    try:
        fields = read_posted(sent, multipart=multipart)
    except (BadRequest, TooLarge):
        return
    wrong = set()
    try:
        assert_in_range(packing, form, form.check(fields))
    except InvalidBallot as refusal:
        wrong = set(refusal.fields)
    event("refused" if wrong else "taken")
    assert wrong <= {*fields, *form.places, *form.texts}


def assert_in_range(packing: Packing, form: BallotForm, ballot: Ballot) -> None:
    assert len(ballot.ratings) == len(form.lines)
    for line, position in zip(form.lines, ballot.ratings, strict=True):
        assert position == 0 or position in line.scale.positions.values()
    for key, places in ballot.choices.items():
        question = form.questions[f"q.{key}"]
        assert 0 < len(places) <= question.at_most
        assert set(places) <= set(range(len(question.options)))
        assert len(places) == 1 or not any(question.options[place].alone for place in places)
    assert all(text.strip() and is_acceptable(text, form.texts[name]) for name, text in ballot.texts.items())
    if ballot.receipt:
        packed = packing.pack(ballot)
        assert len(packed) == packing.size
        assert packing.unpack(packed) == (form, ballot)


@often(250, 10_000)
@given(st.data())
def test_bytes_of_the_right_length_are_a_ballot_or_refused(data: st.DataObject) -> None:
    packing, form = a_form(data)
    ballot = form.check({"receipt": ["7K3M-7K3M-7K3M"], **{name: ["好"] for name in form.texts}})
    packed = bytearray(packing.pack(ballot))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(packed) - 1) | st.integers(0, min(len(packed), 40) - 1))
        put = data.draw(
            st.binary(min_size=1, max_size=4) | st.sampled_from((b"\0" * 64, b"\1\0", b"\xff" * 8))
        )
        packed[at : at + len(put)] = put
    packed = packed[: packing.size]
    try:
        _, read = packing.unpack(bytes(packed))
    except ValueError:
        return
    event("taken")
    assert packing.unpack(packing.pack(read))[1] == read
