"""Pages cut where code and receipt belong: the same page for everyone, as long whatever stands there."""

import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.web.voter.sheets import Sheets

SLOT = st.text(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), min_size=14, max_size=14)


def page(code: str, receipt: str) -> str:
    return f"<p>测评{'好' * 200}</p><input value={code}><b>{receipt}</b>末尾"


@given(SLOT, SLOT)
def test_a_page_is_what_rendering_it_anew_would_give(code: str, receipt: str) -> None:
    sheets = Sheets()
    wanted = page(code, receipt).encode()
    for _ in range(2):
        assert sheets.body("key", (code, receipt), page) == wanted
        assert gzip.decompress(sheets.body("key", (code, receipt), page, packed=True)) == wanted


@given(st.lists(SLOT, min_size=2, max_size=5))
def test_the_compressed_length_says_nothing_of_what_stands_in_the_slots(slots: list[str]) -> None:
    sheets = Sheets()
    found = {len(sheets.body("key", (slot, slot), page, packed=True)) for slot in [*slots, "0" * 14]}
    assert len(found) == 1


def test_a_page_is_rendered_once_for_each_key() -> None:
    sheets, made = Sheets(), []

    def render(code: str) -> str:
        made.append(code)
        return f"a{code}z"

    for key in ("one", "two", "one"):
        assert sheets.body(key, ("0000",), render) == b"a0000z"
    assert len(made) == 2
    assert "0000" not in made  # a mark stood there that no definition contains


def test_a_page_without_slots_and_one_that_begins_and_ends_with_them() -> None:
    sheets = Sheets()
    assert sheets.body("none", (), lambda: "whole") == b"whole"
    assert sheets.body("both", ("A", "B"), lambda one, two: f"{one}-{two}") == b"A-B"
    assert gzip.decompress(sheets.body("both", ("A", "B"), str, packed=True)) == b"A-B"


@pytest.mark.parametrize("seed", range(3))
def test_what_is_packed_holds_the_slots_uncompressed(seed: int) -> None:
    code = "".join(random.Random(seed).choices("0123456789ABCDEF", k=14))
    assert code.encode() in Sheets().body("key", (code, code), page, packed=True)
