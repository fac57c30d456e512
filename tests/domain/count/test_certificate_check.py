"""What somebody typed from a paper, compared with what a certificate fixes."""

import pytest
from flask import Flask

from survey.domain.count.certificate import Step
from survey.domain.count.certificate_check import Match, Typed, compare
from tests.builders import BY
from tests.domain.count.test_certificate import RECEIPTS, a_certificate
from tests.services.count.test_certificate import certified, signed


def test_comparing_what_stands_on_a_paper(app: Flask) -> None:
    signed(app)
    about = certified()
    footer = about.count_digest[7:23]
    for typed in (
        footer,
        footer.upper(),
        f"  {footer[:8]} {footer[8:]}",
        footer.replace("0", "O"),
        about.count_digest,
    ):
        assert compare(about, typed).digest == "count"
    assert compare(about, about.receipts_digest).digest == "receipts"
    assert compare(about, about.definition_digest[7:40]).digest == "definition"
    closed = next(step for step in about.steps if step.act == "close")
    for typed in (closed.check_value, closed.check_value.lower().replace("-", " ")):
        assert compare(about, typed).steps == (closed,)
    other = ("0" if footer[0] != "0" else "1") + footer[1:]
    assert compare(about, other) == compare(about, "f" * 16)
    assert not compare(about, other).agrees
    assert compare(about, "0000-0000-0000").typed is Typed.CHECK_VALUE
    assert not compare(about, "0000-0000-0000").agrees
    for nonsense in ("", "abc", footer[:11], "字" * 16, "g" * 16, "<script>", "0" * 65):
        assert compare(about, nonsense).typed is Typed.NEITHER


STEPS = tuple(
    Step(BY.at, act, value)
    for act, value in (("open", "9123-4567-89AB"), ("close", "ZZZZ-ZZZZ-ZZZZ"), ("count", "9123-4567-89AB"))
)


def checked(typed: str) -> Match:
    return compare(a_certificate(steps=STEPS), typed)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("0123456789ab", "count"),
        ("0123456789abcdef", "count"),
        ("sha256:0123456789abcdef", "count"),
        ("SHA256:FEDCBA9876543210", "definition"),
        ("sha256：0011 2233 4455 6677", "receipts"),
        (f"  {RECEIPTS}\n", "receipts"),
        ("O123456789abcdef", "count"),  # the letter is read as the digit that it looks like
    ],
)
def test_a_digest_or_its_beginning_is_found(typed: str, names: str) -> None:
    assert checked(typed) == Match(Typed.DIGEST, digest=names)
    assert checked(typed).agrees


@pytest.mark.parametrize("typed", ["0123456789abcde0", RECEIPTS[:-1] + "0", "1" * 64])
def test_another_digest_agrees_with_nothing(typed: str) -> None:
    assert checked(typed) == Match(Typed.DIGEST)
    assert not checked(typed).agrees


def test_a_check_value_names_every_step_that_has_it() -> None:
    found = checked("9123 4567 89ab")
    assert found == Match(Typed.CHECK_VALUE, steps=(STEPS[0], STEPS[2]))
    assert found.agrees
    assert checked("1111-1111-1111") == Match(Typed.CHECK_VALUE)


@pytest.mark.parametrize(
    "typed",
    ["", "0123456789a", "1" * 65, "0123456789abcdeg", "小型测评", "0123-4567-89A", "Z123-4567-89ABC"],
)
def test_what_is_neither(typed: str) -> None:
    """Eleven characters and sixty-five, a letter that no digest has, one symbol too few or too many."""
    assert checked(typed) == Match(Typed.NEITHER)
    assert not checked(typed).agrees
