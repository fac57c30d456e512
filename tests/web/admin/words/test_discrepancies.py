"""What does not add up, in words, and what is said of texts that were not kept."""

import pytest

from survey.domain.count.discrepancies import AGAINST_SIGNING, Discrepancy, DiscrepancyKind
from survey.domain.count.kept_texts import LeftOut
from survey.web.admin.words.discrepancies import not_kept, told
from tests.builders import built
from tests.web.spoken import is_said

SMALL = built()


@pytest.mark.parametrize("kind", DiscrepancyKind)
def test_every_finding_says_what_it_is_and_what_to_do(language: str, kind: DiscrepancyKind) -> None:
    found = told(Discrepancy(kind, "A", 3, 7, "0123-4567"), SMALL)
    assert is_said(found.what, language, ["A票"])
    assert is_said(found.do, language)
    assert found.against is (kind in AGAINST_SIGNING)


def test_no_two_findings_read_the_same(chinese: None) -> None:
    said = [told(Discrepancy(kind), SMALL) for kind in DiscrepancyKind]
    assert len({one.what for one in said}) == len({one.do for one in said}) == len(said)


@pytest.mark.parametrize("kind", sorted(AGAINST_SIGNING))
def test_what_nobody_may_sign_says_so(chinese: None, kind: DiscrepancyKind) -> None:
    assert "不能签字" in told(Discrepancy(kind), SMALL).do


def test_numbers_and_groups_stand_where_they_belong(chinese: None) -> None:
    found = told(Discrepancy(DiscrepancyKind.UNREADABLE, "A", 3, 7), SMALL)
    assert found.what == "A票：收回 7 张，其中 3 张无法读取。"
    gone = told(Discrepancy(DiscrepancyKind.CODES_GONE, "X"), SMALL)
    assert gone.what.startswith("X：")  # a group that the definition does not know
    receipt = told(Discrepancy(DiscrepancyKind.RECEIPT, receipt="0123-4567", number=2), SMALL)
    assert receipt.what == "回执码 0123-4567 出现了 2 次。"


FIELDS = (("comment", "section:form"), ("reason", "ratee:c1"))


def test_where_all_texts_are_kept_nothing_is_said(language: str) -> None:
    assert not_kept(LeftOut(), SMALL) == ""


@pytest.mark.parametrize(
    ("number", "untold", "ends"),
    [
        (3, False, "共 3 条。"),
        (0, False, "共 0 条。"),
        (3, True, "能列出的有 3 条；此外还有没有、有几条，会显示少数人的选择，所以不列。"),
        (0, True, "有没有、有几条，会显示少数人的选择，所以不列。"),
    ],
)
def test_no_more_is_said_of_their_number_than_may_be(
    chinese: None, number: int, untold: bool, ends: str
) -> None:
    said = not_kept(LeftOut(number, untold, FIELDS), SMALL)
    assert said == f"为不暴露个人，以下文字不保留：“测评表”的意见、“干部c1”的理由。{ends}"


def test_the_same_in_english(english: None) -> None:
    said = not_kept(LeftOut(3, True, FIELDS), SMALL)
    assert is_said(said, "en", ["测评表", "干部c1"])
