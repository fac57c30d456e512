"""Codes in what people paste, scan and upload."""

import pytest

from survey.domain.ballot.typed_codes import typed_codes

A, B = "7K3M-9XTQ-ABCD-EFGH", "1234-5678-9ABC-DEFG"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{A}\n{B}\n", [A, B]),
        (f"  {A.lower()} \r\n\r\n{A}", [A]),
        (f"{A}，{B}；{A}", [A, B]),
        (f"{A} {B}", [A, B]),
        (A.replace("-", ""), [A]),
        (A.replace("-", " "), [A]),
        ("７Ｋ３Ｍ－９ＸＴＱ－ＡＢＣＤ－ＥＦＧＨ", [A]),
        (f"https://minping.example.org/v#{A}", [A]),
        (f"\ufeffgroup,token,url\nA,{A},https://a.example/v#{A}\nB,{B},https://a.example/v#{B}", [A, B]),
        ("张三\n" + A, ["张三", A]),
        ("7K3M-9XTQ-ABCD", ["7K3M-9XTQ-ABCD"]),
        ("7K3M-9XTQ-ABCD-EFGHJ", ["7K3M-9XTQ-ABCD-EFGHJ"]),
        ("x" * 500, ["x" * 80]),
        ("", []),
    ],
)
def test_codes_are_found(text: str, found: list[str]) -> None:
    assert typed_codes(text) == found
