"""Text in the encodings in which it comes, and without what nobody sees."""

import pytest

from survey.domain.operations.carried_text import encoding_of, text_of, visible

TEXT = "票种,投票码\r\nA,7K3M-9XTQ-ABCD-EFGH\r\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_a_text_in_every_encoding(content: bytes, encoding: str) -> None:
    assert encoding_of(content) == encoding
    assert text_of(content) == TEXT


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n" + bytes(60), b"a" * 3000 + b"\0", b"\0\xd8" + b"a\0" * 20],
    ids=["zeros", "late zero", "half a pair"],
)
def test_what_is_no_text(content: bytes) -> None:
    assert encoding_of(content) is None
    assert text_of(content) is None


def test_an_empty_file_is_an_empty_text() -> None:
    assert text_of(b"") == ""


def test_what_no_encoding_holds_is_replaced() -> None:
    assert text_of(b"acid \xff academic") == "acid \ufffd academic"


def test_only_what_is_seen() -> None:
    assert visible("\ufeff７Ｋ\u200b3\u00adM；票") == "7K3M;票"
    assert visible("a\tb\r\n") == "a\tb\r\n"
