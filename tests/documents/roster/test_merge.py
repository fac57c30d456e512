"""Rows become ratees, and the same roster again the same ones."""

from typing import Any

import pytest

from survey.documents.roster.merge import merge_roster
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition, a_mutual_definition
from tests.documents.roster.test_reader import row
from tests.domain.definition.test_names import SPELLINGS


def ratees(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(ratee["key"], ratee["name"]) for ratee in document["ratees"]]


def test_rows_become_ratees() -> None:
    before = a_definition(ratees=())
    rows = [row("张三", post="镇长", unit="某镇", statement="报告", groups=("B",)), row("李四", "x")]
    after = merge_roster(before, rows, replace=True)
    assert before["ratees"] == []
    assert after["ratees"] == [
        {
            "key": "r1",
            "section": "form",
            "name": "张三",
            "post": "镇长",
            "unit": "某镇",
            "groups": ["B"],
            "statement": "报告",
        },
        {"key": "x", "section": "form", "name": "李四"},
    ]
    assert [ratee.name for ratee in read_definition(after).ratees] == ["张三", "李四"]


def test_the_same_roster_again_gives_the_same_keys() -> None:
    rows = [row("甲"), row("乙"), row("丙", "k"), row("丁")]
    once = merge_roster(a_definition(ratees=()), rows, replace=True)
    assert ratees(once) == [("r1", "甲"), ("r2", "乙"), ("k", "丙"), ("r3", "丁")]
    assert merge_roster(once, rows, replace=True) == once
    assert merge_roster(once, rows, replace=False) == once
    turned = merge_roster(once, [row("新"), *reversed(rows)], replace=True)
    assert ratees(turned) == [("r4", "新"), ("r3", "丁"), ("k", "丙"), ("r2", "乙"), ("r1", "甲")]


def test_added_rows_leave_the_others() -> None:
    before = merge_roster(a_definition(ratees=()), [row("甲", statement="报告"), row("乙")], replace=True)
    after = merge_roster(before, [row("丙"), row("甲", unit="某镇"), row("戊", "r2")], replace=False)
    assert ratees(after) == [("r1", "甲"), ("r2", "戊"), ("r3", "丙")]
    assert after["ratees"][0] == {
        "key": "r1",
        "section": "form",
        "name": "甲",
        "statement": "报告",
        "unit": "某镇",
    }


@pytest.mark.parametrize("replace", [True, False])
def test_who_does_not_rate_a_ratee_stays_unless_the_roster_says_who_does(replace: bool) -> None:
    """Units do not rate themselves: a roster of posts may not let them."""
    before = a_mutual_definition(3, 3)
    rows = [row("a1", "r-a1", post="某局"), row("a2", groups=("a1", "b1"))]
    first, second, *_ = merge_roster(before, rows, replace=replace)["ratees"]
    assert (first["key"], first["post"], first["except"]) == ("r-a1", "某局", ["a1"])
    assert (second["key"], second["groups"], "except" in second) == ("r-a2", ["a1", "b1"], False)
    assert [ratee.get("except") for ratee in before["ratees"][:2]] == [["a1"], ["a2"]]


def test_a_given_key_is_never_made() -> None:
    after = merge_roster(a_definition(ratees=()), [row("甲"), row("乙", "r1"), row("丙")], replace=True)
    assert ratees(after) == [("r2", "甲"), ("r1", "乙"), ("r3", "丙")]


def test_one_name_on_two_forms_is_two() -> None:
    before = merge_roster({}, [row("甲", section="a"), row("甲", section="b")], replace=True)
    assert ratees(before) == [("r1", "甲"), ("r2", "甲")]
    assert ratees(merge_roster(before, [row("甲", section="b")], replace=True)) == [("r2", "甲")]


def test_a_later_roster_changes_the_person_of_another_spelling() -> None:
    document = a_definition(ratees=())
    for spelling in SPELLINGS:
        document = merge_roster(document, [row(spelling, post="副县长")], replace=False)
        assert ratees(document) == [("r1", spelling)]
    assert len(merge_roster(document, [row(SPELLINGS[0], post="县长")], replace=False)["ratees"]) == 2


def test_one_written_the_same_keeps_the_key_before_another_spelling() -> None:
    document = a_definition(ratees=())
    document["ratees"] = [
        {"key": f"k{place}", "section": "form", "name": name} for place, name in enumerate(SPELLINGS[:3])
    ]
    for replace in (False, True):
        after = merge_roster(document, [row(SPELLINGS[2])], replace=replace)
        assert ratees(after)[-1] == ("k2", SPELLINGS[2])
    after = merge_roster(document, [row(SPELLINGS[4])], replace=False)
    assert ratees(after) == [("k0", SPELLINGS[4]), ("k1", SPELLINGS[1]), ("k2", SPELLINGS[2])]
