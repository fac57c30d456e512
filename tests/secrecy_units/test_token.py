"""One-time codes and receipts: their form, their check symbol, what is stored of them."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.ballot.crockford import ALPHABET, read_symbols
from survey.domain.errors import UnknownToken
from survey.secrecy.receipt import new_receipt
from survey.secrecy.token import check_symbol, digest, new_token, read_token

CODES = ["54HX-1HA6-VB2E-WMAZ", "R542-HYYX-SNC1-TA9D", "TVZW-6ZQW-MSKB-DXW9", "1NS5-KSXB-4FF1-Z8PY"]
# The worst cases for a check symbol: all alike, and each symbol beside each other one.
CODES += [
    "-".join(symbols[at : at + 4] for at in range(0, 16, 4))
    for body in ("0" * 15, "Z" * 15, "0Z" * 7 + "0", "123456789ABCDEF")
    for symbols in (body + check_symbol(body),)
]


def is_code(symbols: str) -> bool:
    try:
        read_token(symbols)
    except UnknownToken as error:
        return not error.mistyped
    return True


def test_the_form_of_codes_and_receipts() -> None:
    for _ in range(50):
        assert_form(new_token(), 16)
        assert_form(new_receipt(), 12)


def assert_form(written: str, symbols: int) -> None:
    assert len(written) == symbols + symbols // 4 - 1
    assert all(len(part) == 4 and set(part) <= set(ALPHABET) for part in written.split("-"))


def test_codes_and_receipts_do_not_repeat_and_use_every_symbol() -> None:
    codes = [new_token().replace("-", "") for _ in range(2000)]
    receipts = [new_receipt().replace("-", "") for _ in range(2000)]
    assert len(set(codes)) == len(set(receipts)) == 2000
    for made, length in ((codes, 15), (receipts, 12)):
        for place in range(length):
            assert {code[place] for code in made} == set(ALPHABET)


@pytest.mark.parametrize("code", CODES)
def test_every_single_wrong_symbol_is_found(code: str) -> None:
    symbols = code.replace("-", "")
    assert is_code(symbols)
    for place, symbol in enumerate(symbols):
        for wrong in ALPHABET:
            if wrong != symbol:
                assert not is_code(symbols[:place] + wrong + symbols[place + 1 :])


@pytest.mark.parametrize("code", CODES)
def test_every_swap_is_found(code: str) -> None:
    symbols = list(code.replace("-", ""))
    for one, other in combinations(range(16), 2):
        if symbols[one] != symbols[other]:
            swapped = symbols.copy()
            swapped[one], swapped[other] = swapped[other], swapped[one]
            assert not is_code("".join(swapped))


def test_every_pair_of_neighbours_is_told_from_its_swap() -> None:
    for one, other in combinations(ALPHABET, 2):
        for place in range(14):
            body = "7" * place + one + other + "7" * (13 - place)
            swapped = "7" * place + other + one + "7" * (13 - place)
            assert check_symbol(body) != check_symbol(swapped)


def full_width(text: str) -> str:
    return "".join(chr(ord(symbol) + 0xFEE0) for symbol in text)


@pytest.mark.parametrize("code", CODES[:5])
def test_codes_are_read_forgivingly(code: str) -> None:
    bare = code.replace("-", "")
    for typed in (
        code.lower(),
        bare,
        f"  {code} \n",
        code.replace("-", " "),
        " ".join(bare),
        code.replace("-", "–"),
        code.replace("-", "—"),
        full_width(code),
        full_width(code.lower()),
        code.replace("-", "\u3000"),
        code.replace("0", "O").replace("1", "I"),
        code.replace("0", "o").replace("1", "l"),
    ):
        assert read_token(typed) == code


def test_letters_that_look_alike() -> None:
    body = "0101" * 3 + "010"
    code = body + check_symbol(body)
    for nought in "0Oo":
        for one in "1IiLl":
            typed = body.replace("0", nought).replace("1", one) + code[-1]
            assert read_token(typed).replace("-", "") == code


@pytest.mark.parametrize(
    "typed", ["", "-", "7K3M", "U" * 16, "投票码", "0" * 15, "0" * 17, "0" * 100_000, "0000-0000-0000-000!"]
)
def test_what_is_no_code(typed: str) -> None:
    assert not is_code(typed)


@given(st.text(max_size=40))
def test_anything_typed_is_a_code_or_refused(typed: str) -> None:
    if is_code(typed):
        assert read_symbols(typed) == read_token(typed).replace("-", "")


# What is stored


def test_the_digest_needs_the_key() -> None:
    code = CODES[0]
    one, other = digest(b"a" * 32, code), digest(b"b" * 32, code)
    assert len(one) == 16
    assert one != other
    assert one == digest(b"a" * 32, code)


def test_different_codes_have_different_digests() -> None:
    rng = random.Random(1)
    key = rng.randbytes(32)
    assert len({digest(key, new_token()) for _ in range(1000)}) == 1000


def test_the_digest_does_not_hold_the_code() -> None:
    assert CODES[0].encode() not in digest(b"k" * 32, CODES[0])
    assert digest(b"k" * 32, CODES[0]) != CODES[0].encode()[:16]
