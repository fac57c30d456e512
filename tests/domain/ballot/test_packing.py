"""Ballots as bytes: all alike in length, read back as they were, garbage refused by name."""

import contextlib
import random
import tomllib
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.domain.ballot import packing as packing_module
from survey.domain.ballot.ballot import MAX_REASON_LENGTH, MAX_TEXT_LENGTH, Ballot
from survey.domain.ballot.crockford import groups_of
from survey.domain.ballot.packing import SPOILED, Packing
from survey.domain.definition.form import QuestionKind
from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidBallot
from tests.builders import built, example
from tests.domain.editing import full
from tests.oracle import generate

PACKING = Packing(read_definition(full()))
MANY_OPTIONS = Packing(
    built(
        questions=[
            {
                "key": "many",
                "label": "many",
                "kind": "choices",
                "options": [{"key": f"o{n}", "label": f"{n}"} for n in range(70)],
            }
        ]
    )
)
_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@st.composite
def ballots(draw: Any, packing: Packing) -> Ballot:
    form = draw(st.sampled_from(packing.forms))
    ratings = [
        draw(st.integers(0, line.scale.abstained if line.scale.abstain else len(line.scale.grades)))
        for line in form.lines
    ]
    choices = {}
    for question in form.questions.values():
        if question.kind is not QuestionKind.TEXT:
            places = st.sets(st.integers(0, len(question.options) - 1), max_size=question.at_most).filter(
                lambda chosen, question=question: not question.excluding(chosen)
            )
            if chosen := draw(places):
                choices[question.key] = tuple(sorted(chosen))
    texts = {name: draw(_text) for name in form.texts if draw(st.booleans())}
    receipt = draw(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=12, max_size=12))
    receipt = "-".join((receipt[:4], receipt[4:8], receipt[8:]))
    return Ballot(form.group, receipt, tuple(ratings), choices, texts)


@pytest.mark.parametrize("packing", [PACKING, MANY_OPTIONS], ids=["full", "70 options"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_round_trip(packing: Packing, data: st.DataObject) -> None:
    ballot = data.draw(ballots(packing))
    packed = packing.pack(ballot)
    assert len(packed) == packing.size
    form, read = packing.unpack(packed)
    assert form is packing.form[ballot.group]
    assert read == ballot


@pytest.mark.parametrize(
    "name", ["town-annual", "college-term", "public-satisfaction", "one-report-two-reviews"]
)
def test_the_fullest_ballot_is_as_long_as_the_emptiest(name: str) -> None:
    packing = Packing(read_definition(example(name)))
    for form in packing.forms:
        blank = Ballot(form.group, "0000-0000-0000", (0,) * len(form.lines))
        texts = {field: "\U0001f600" * longest for field, longest in form.texts.items()}
        fullest = replace(blank, receipt="ZZZZ-ZZZZ-ZZZZ", texts=texts)
        assert len(packing.pack(blank)) == len(packing.pack(fullest)) == packing.size
        assert packing.unpack(packing.pack(fullest))[1].texts == texts


@pytest.mark.parametrize(
    ("text", "kind"), [("张" * (MAX_TEXT_LENGTH + 1), "too-long"), ("张\x00", "unreadable")]
)
def test_a_text_that_could_not_be_read_back_is_refused_before_it_is_sealed(text: str, kind: str) -> None:
    ballot = Ballot("A", "7K3M-7K3M-7K3M", (0,) * len(PACKING.form["A"].lines), {}, {"form.comment": text})
    with pytest.raises(InvalidBallot) as refused:
        PACKING.pack(ballot)
    assert refused.value.fields["form.comment"].kind == kind


def test_texts_longer_than_any_request_are_refused_rather_than_make_a_longer_ballot(monkeypatch: Any) -> None:
    monkeypatch.setattr(packing_module, "MAX_BODY", 99)
    packing = Packing(read_definition(full()))
    texts = {"form.comment": "张" * MAX_TEXT_LENGTH}
    ballot = Ballot("A", "7K3M-7K3M-7K3M", (0,) * len(packing.form["A"].lines), {}, texts)
    with pytest.raises(InvalidBallot) as refused:
        packing.pack(ballot)
    assert refused.value.fields["form.comment"].kind == "too-long"


def test_a_reason_and_a_text_fit_at_their_longest() -> None:
    form = PACKING.form["A"]
    assert set(form.texts.values()) == {MAX_REASON_LENGTH, MAX_TEXT_LENGTH}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40))
def test_garbage_of_any_length_is_refused(garbage: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        PACKING.unpack(garbage)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([b"", b"\1\0\0", b"\1\1\0"]))
def test_garbage_of_the_right_length_raises_nothing_else(garbage: bytes, head: bytes) -> None:
    packed = (head + garbage).ljust(PACKING.size, b"\0")[: PACKING.size]
    with contextlib.suppress(ValueError):
        form, ballot = PACKING.unpack(packed)
        assert len(ballot.ratings) == len(form.lines)


def broken(at: int, value: bytes) -> bytes:
    ballot = Ballot("A", "0000-0000-0000", (1, 1, 1), {"age": (0,)}, {"q.words": "建议"})
    packed = PACKING.pack(ballot)
    return packed[:at] + value + packed[at + len(value) :]


HEAD = 11
BROKEN = {
    "version": broken(0, b"\2"),
    "group": broken(1, b"\2\0"),
    "receipt": broken(3, b"\xff" * 8),
    "grade": broken(HEAD, b"\5\0"),
    "abstention where none is offered": broken(HEAD + 4, b"\3\0"),
    "an option beside one that excludes it": broken(HEAD + 10, b"\5\0\0\0"),
    "no such option": broken(HEAD + 6, b"\4\0\0\0"),
    "two options of a choice": broken(HEAD + 6, b"\3\0\0\0"),
    "three options of at most two": broken(HEAD + 10, b"\7\0\0\0"),
    "no such text": broken(HEAD + 14, b"\x63\0"),
    "half a character": broken(HEAD + 16, b"\2\0"),
    "no UTF-8": broken(HEAD + 18, b"\xff"),
    "one byte short": broken(0, b"")[:-1],
    "one byte long": broken(0, b"") + b"\0",
}


@pytest.mark.parametrize("what", BROKEN)
def test_no_ballot_of_this_campaign(what: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        PACKING.unpack(BROKEN[what])


def test_what_the_table_of_broken_ballots_starts_from_is_whole() -> None:
    assert PACKING.unpack(broken(0, b""))[1].texts == {"q.words": "建议"}


@pytest.mark.parametrize(
    "text", ["a\0b", "\x1b[2J", "民" * 501], ids=["NUL", "escape", "longer than the field"]
)
def test_a_text_that_the_form_would_refuse_is_no_ballot(monkeypatch: Any, text: str) -> None:
    # Whoever has the public key can seal anything; PostgreSQL cannot even store a NUL.
    with monkeypatch.context() as careless:
        careless.setattr(packing_module, "is_acceptable", lambda _text, _longest: True)
        packed = PACKING.pack(Ballot("A", "0000-0000-0000", (1, 1, 1), {}, {"q.words": text}))
    with pytest.raises(ValueError):  # noqa: PT011
        PACKING.unpack(packed)


@pytest.mark.parametrize("seed", range(15))
def test_random_campaigns(seed: int) -> None:
    rng = random.Random(seed)
    data = tomllib.loads(generate.definition(rng), parse_float=Decimal)
    packing = Packing(read_definition(data))
    for group, fields in generate.ballots(rng, data)[:20]:
        posted = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
        ballot = replace(packing.form[group].check(posted), receipt="0123-4567-89AB")
        packed = packing.pack(ballot)
        assert len(packed) == packing.size
        assert packing.unpack(packed)[1] == ballot


# Spoiled on paper

PAPER = Packing(built(paper={}))


def spoiled(group: str = "B") -> bytes:
    return PAPER.pack_spoiled(group, "0123-4567-89AB")


def test_a_spoiled_ballot_is_as_long_as_any_and_has_a_group_and_a_receipt_only() -> None:
    packed = spoiled()
    assert len(packed) == PAPER.size
    assert packed[0] == SPOILED
    assert packed[HEAD:] == bytes(PAPER.size - HEAD)
    opened = PAPER.read(packed)
    assert opened.form is PAPER.form["B"]
    assert groups_of(opened.receipt, 3) == "0123-4567-89AB"
    assert (opened.ratings, opened.choices, opened.texts) == (None, {}, {})


def test_a_spoiled_ballot_has_no_answers_to_read_back() -> None:
    with pytest.raises(ValueError, match="spoiled"):
        PAPER.unpack(spoiled())


@pytest.mark.parametrize(
    "packed",
    [
        spoiled()[:HEAD] + b"\1" + spoiled()[HEAD + 1 :],
        spoiled()[:-1] + b"\1",
        spoiled()[:-1],
        spoiled() + b"\0",
        b"\3" + spoiled()[1:],
        spoiled()[:1] + b"\2\0" + spoiled()[3:],
        spoiled()[:3] + b"\xff" * 8 + spoiled()[HEAD:],
    ],
    ids=["an answer", "something at the end", "short", "long", "version", "group", "receipt"],
)
def test_what_is_like_a_spoiled_ballot_is_none(packed: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        PAPER.read(packed)


def test_nothing_is_spoiled_on_paper_where_nobody_votes_on_paper() -> None:
    plain = Packing(built())
    with pytest.raises(ValueError):  # noqa: PT011
        plain.read(plain.pack_spoiled("A", "0000-0000-0000"))


def test_paper_changes_no_ordinary_ballot() -> None:
    ballot = Ballot("A", "0123-4567-89AB", (1,) * 6)
    assert PAPER.pack(ballot) == Packing(built()).pack(ballot)
