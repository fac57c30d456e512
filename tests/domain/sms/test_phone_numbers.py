"""Mobile numbers as people and spreadsheets write them, and each other thing by its flaw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.errors import BadPhoneNumber, PhoneFlaw
from survey.domain.sms.phone_numbers import mobile_number


@pytest.mark.parametrize(
    "text",
    [
        "13800001111",
        " 13800001111 ",
        "138 0000 1111",
        "138-0000-1111",
        "138–0000–1111",
        "138·0000·1111",
        "１３８００００１１１１",
        "138　0000　1111",
        "138\u00a00000\u00a01111",
        "138\t00001111",
        "+8613800001111",
        "+86 138 0000 1111",
        "＋86 13800001111",
        "+86-138-0000-1111",
        "(+86)13800001111",
        "（+86）138 0000 1111",
        "+86(138)00001111",
        "008613800001111",
        "0086 138 0000 1111",
        "8613800001111",
        "86-13800001111",
        "13800001111.0",
        "13800001111.00",
        "1.3800001111E10",
        "1.3800001111E+10",
        "1.3800001111e+10",
        "'13800001111",
        "\u202d13800001111\u202c",
        "\ufeff13800001111",
    ],
)
def test_a_mobile_number_is_read(text: str) -> None:
    assert mobile_number(text) == "+8613800001111"


@pytest.mark.parametrize("head", ["13", "14", "15", "16", "17", "18", "19"])
def test_every_range_of_mobile_numbers_is(head: str) -> None:
    assert mobile_number(f"{head}912345678") == f"+86{head}912345678"


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", PhoneFlaw.NOT_A_NUMBER),
        ("-", PhoneFlaw.NOT_A_NUMBER),
        ("无", PhoneFlaw.NOT_A_NUMBER),
        ("张三", PhoneFlaw.NOT_A_NUMBER),
        ("13800001111 张三", PhoneFlaw.NOT_A_NUMBER),
        ("1380000111l", PhoneFlaw.NOT_A_NUMBER),
        ("138O0001111", PhoneFlaw.NOT_A_NUMBER),
        ("13800001111.5", PhoneFlaw.NOT_A_NUMBER),
        ("138****1111", PhoneFlaw.NOT_A_NUMBER),
        ("13800001111/13900002222", PhoneFlaw.NOT_A_NUMBER),
        ("١٣٨٠٠٠٠١١١١", PhoneFlaw.NOT_A_NUMBER),
        ("++8613800001111", PhoneFlaw.NOT_A_NUMBER),
        ("010-12345678", PhoneFlaw.NOT_MOBILE),
        ("010-62345678", PhoneFlaw.LANDLINE),
        ("(010)62345678", PhoneFlaw.LANDLINE),
        ("021 5234 5678", PhoneFlaw.LANDLINE),
        ("0755-26543210", PhoneFlaw.LANDLINE),
        ("0755-2654321", PhoneFlaw.LANDLINE),
        ("010-62345678-801", PhoneFlaw.LANDLINE),
        ("62345678", PhoneFlaw.LANDLINE),
        ("6234567", PhoneFlaw.LANDLINE),
        ("400-812-3456", PhoneFlaw.LANDLINE),
        ("8008123456", PhoneFlaw.LANDLINE),
        ("+86 10 62345678", PhoneFlaw.LANDLINE),
        ("0086 755 26543210", PhoneFlaw.LANDLINE),
        ("+852 9123 4567", PhoneFlaw.FOREIGN),
        ("00852 91234567", PhoneFlaw.FOREIGN),
        ("+1 202 555 0100", PhoneFlaw.FOREIGN),
        ("+13800001111", PhoneFlaw.FOREIGN),
        ("1380000111", PhoneFlaw.TOO_SHORT),
        ("138", PhoneFlaw.TOO_SHORT),
        ("0", PhoneFlaw.TOO_SHORT),
        ("+86 1380000111", PhoneFlaw.TOO_SHORT),
        ("138000011112", PhoneFlaw.TOO_LONG),
        ("1380000111113900002222", PhoneFlaw.TOO_LONG),
        ("+86 138000011112", PhoneFlaw.TOO_LONG),
        ("12000001111", PhoneFlaw.NOT_MOBILE),
        ("10690001111", PhoneFlaw.NOT_MOBILE),
        ("23800001111", PhoneFlaw.NOT_MOBILE),
        ("1.38E+10", PhoneFlaw.ROUNDED),
        ("1.38000E+10", PhoneFlaw.ROUNDED),
    ],
)
def test_everything_else_is_refused_by_its_flaw(text: str, flaw: PhoneFlaw) -> None:
    with pytest.raises(BadPhoneNumber) as refused:
        mobile_number(text)
    assert refused.value.flaw is flaw
    assert not any(character.isdigit() for character in str(refused.value).replace("11 digits", ""))


def test_every_flaw_has_its_sentence() -> None:
    assert len({str(BadPhoneNumber(flaw)) for flaw in PhoneFlaw}) == len(PhoneFlaw)


@given(st.text() | st.text(st.sampled_from("0123456789+-. ()eE'８"), max_size=16))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = mobile_number(text)
    except BadPhoneNumber:
        return
    assert number.startswith("+861")
    assert len(number) == 14
    assert mobile_number(number) == number


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_number_that_excel_kept_whole_comes_back(digits: str) -> None:
    assert mobile_number(f"{float(digits)}") == mobile_number(digits) == f"+86{digits}"
