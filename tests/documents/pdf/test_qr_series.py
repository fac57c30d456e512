"""Codes worked out of others are those that encoding makes, module by module."""

import random

import pytest

from survey.documents.layout import qr
from survey.documents.pdf.qr_series import Series
from survey.domain.ballot.crockford import ALPHABET

RANDOM = random.Random(7)


def made(symbols: int) -> str:
    return "".join(RANDOM.choice(ALPHABET) for _ in range(symbols))


def address() -> str:
    return "https://minping.example.org/v#" + "-".join(made(4) for _ in range(4))


@pytest.mark.parametrize(
    ("write", "level"),
    [
        (lambda: f"MP1{made(16)}{made(6)}0{RANDOM.randint(1, 9)}", "Q"),
        (lambda: made(16), "M"),
        (address, "M"),
        (lambda: address() + "ü" * RANDOM.randint(0, 1), "M"),
        (lambda: str(RANDOM.randint(10**15, 10**16 - 1)), "M"),
        (lambda: RANDOM.choice(["0", "A", "00", "0A", "a", "a0", "A0", "  ", "A B", "a b"]), "M"),
    ],
)
@pytest.mark.parametrize("mask", [0, 3])
def test_they_are_what_encoding_makes(write: object, level: str, mask: int) -> None:
    series = Series(mask=mask, level=level)
    for _ in range(60):
        text = write()  # type: ignore[operator]
        assert series.matrix(text) == qr.matrix(text, mask=mask, level=level), text


def test_few_texts_are_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    series = Series(mask=0, level="Q")
    for _ in range(300):
        series.matrix("MP1" + made(24))
    encoded: list[str] = []
    usual = qr.matrix

    def matrix(text: str, *, mask: int | None = None, level: str = "M") -> qr.Matrix:
        encoded.append(text)
        return usual(text, mask=mask, level=level)

    monkeypatch.setattr(qr, "matrix", matrix)
    for _ in range(100):
        series.matrix("MP1" + made(24))
    assert len(encoded) < 10
