"""The list of codes: what is handed out is what is read back."""

import csv
import io

import pytest

from survey.documents.export.code_list import (
    HEADER,
    address_of,
    read_code_list,
    write_code_list,
    write_office_list,
)
from survey.domain.errors import BadFile
from tests.variants import CODE_LISTS


def test_each_code_with_its_group_and_address() -> None:
    written = write_code_list([("A", "0123-4567"), ("B", "89AB-CDEF")], "https://vote.example.org")
    assert written.decode() == (
        "group,token,url\n"
        "A,0123-4567,https://vote.example.org/v#0123-4567\n"
        "B,89AB-CDEF,https://vote.example.org/v#89AB-CDEF\n"
    )


def test_an_office_gets_what_excel_reads() -> None:
    made = [("A", "0123-4567-89AB-CDEF")]
    written = write_office_list(made, "https://vote.example.org")
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig") == (
        "票种,投票码,链接\r\nA,0123-4567-89AB-CDEF,https://vote.example.org/v#0123-4567-89AB-CDEF\r\n"
    )
    assert read_code_list(written, "codes.csv") == made


def test_no_codes_are_a_head_alone() -> None:
    assert write_code_list([], "http://x").decode() == ",".join(HEADER) + "\n"


def test_the_code_is_in_the_part_of_an_address_that_no_browser_sends() -> None:
    assert address_of("https://vote.example.org", "0123").partition("#")[2] == "0123"


def test_what_a_group_is_called_breaks_no_row() -> None:
    written = write_code_list([('A,"票"', "0123")], "http://x")
    assert list(csv.reader(io.StringIO(written.decode())))[1][0] == 'A,"票"'


@pytest.mark.parametrize("name", CODE_LISTS)
def test_what_an_office_saved_again_is_read(name: str) -> None:
    made = [("A", "0123-4567-89AB-CDEF"), ("B", "89AB-CDEF-0123-4567")]
    written = write_code_list(made, "http://x").decode()
    rows = read_code_list(CODE_LISTS[name](written), "codes.csv")
    assert [group for group, _ in rows] == ["A", "B"]
    if name not in ("links for codes", "full width"):
        assert rows == made


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "header group,token,url or 票种,投票码,链接"),
        ("票种,链接\nA,x\n".encode(), "header group,token,url"),
        (b"group;url\nA;x\n", "header group,token,url"),
        (b"token,url,group\n0123,x\n", "row 2 has no code"),
        (b"\x89PNG\0\0\0\x0d", "is no text"),
    ],
)
def test_what_is_no_list_is_named(content: bytes, told: str) -> None:
    with pytest.raises(BadFile, match=told) as refused:
        read_code_list(content, "codes.csv")
    assert "codes.csv" in str(refused.value)
