"""The list of codes: what is handed out is what is read back."""

import csv
import io

from survey.documents.export.code_list import HEADER, address_of, write_code_list


def test_each_code_with_its_group_and_address() -> None:
    written = write_code_list([("A", "0123-4567"), ("B", "89AB-CDEF")], "https://vote.example.org")
    assert written.decode() == (
        "group,token,url\n"
        "A,0123-4567,https://vote.example.org/v#0123-4567\n"
        "B,89AB-CDEF,https://vote.example.org/v#89AB-CDEF\n"
    )


def test_no_codes_are_a_head_alone() -> None:
    assert write_code_list([], "http://x").decode() == ",".join(HEADER) + "\n"


def test_the_code_is_in_the_part_of_an_address_that_no_browser_sends() -> None:
    assert address_of("https://vote.example.org", "0123").partition("#")[2] == "0123"


def test_what_a_group_is_called_breaks_no_row() -> None:
    written = write_code_list([('A,"票"', "0123")], "http://x")
    assert list(csv.reader(io.StringIO(written.decode())))[1][0] == 'A,"票"'
