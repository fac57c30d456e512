from typing import Any

import pytest

from survey.domain.decisions.matching import Unmatched, match_ratees
from survey.domain.definition.form import Ratee
from tests.domain.definition.test_names import SPELLINGS


def ratee(key: str, name: str, post: str = "", unit: str = "") -> Ratee:
    return Ratee(key, "form", name, ("A",), post, unit)


@pytest.mark.parametrize(
    ("now", "then", "found"),
    [
        ([ratee("c1", "甲")], [ratee("c1", "甲", "镇长")], {"c1": "c1"}),
        ([ratee("c1", "甲")], [ratee("c1", "乙")], {"c1": Unmatched.NONE}),
        ([ratee("c1", "甲", "镇长")], [ratee("c9", "甲", "镇长")], {"c1": "c9"}),
        ([ratee("c1", "甲", "书记", "镇")], [ratee("c9", "甲", "镇长", "镇")], {"c1": "c9"}),
        ([ratee("c1", "甲", "书记")], [ratee("c9", "甲", "镇长")], {"c1": Unmatched.ELSEWHERE}),
        ([ratee("c1", "甲")], [ratee("c9", "甲")], {"c1": "c9"}),
        ([ratee("c1", "甲")], [ratee("c9", "甲", "镇长")], {"c1": Unmatched.ELSEWHERE}),
        (
            [ratee("c1", "甲", unit="镇")],
            [ratee("c8", "甲", unit="镇"), ratee("c9", "甲", unit="镇")],
            {"c1": Unmatched.AMBIGUOUS},
        ),
        (
            [ratee("c1", "甲", unit="镇"), ratee("c2", "甲", unit="镇")],
            [ratee("c9", "甲", unit="镇")],
            {"c1": Unmatched.AMBIGUOUS, "c2": Unmatched.AMBIGUOUS},
        ),
        # Whoever is known by the key is nobody else's counterpart.
        (
            [ratee("c1", "甲", "镇长"), ratee("c2", "甲", "镇长")],
            [ratee("c2", "甲", "镇长")],
            {"c1": Unmatched.NONE, "c2": "c2"},
        ),
    ],
)
def test_ratees_are_found_again_or_it_is_said_why_not(
    now: list[Ratee], then: list[Ratee], found: dict[str, Any]
) -> None:
    matches = match_ratees(now, then)
    assert {key: who.key for key, who in matches.found.items()} | dict(matches.missing) == found


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_former_round_knows_a_person_in_every_spelling(spelling: str) -> None:
    for then in (
        ratee("r1", SPELLINGS[0]),
        ratee("c9", SPELLINGS[0], "副县长"),
        ratee("c9", SPELLINGS[0], "", "某县"),
    ):
        matches = match_ratees([ratee("r1", spelling, then.post, then.unit)], [then])
        assert matches.found == {"r1": then}


def test_one_written_the_same_goes_before_another_spelling() -> None:
    here, there = SPELLINGS[:2]
    both = [ratee("c1", here), ratee("c2", there)]
    swapped = [ratee("d1", there), ratee("d2", here)]
    assert {key: who.key for key, who in match_ratees(both, swapped).found.items()} == {
        "c1": "d2",
        "c2": "d1",
    }
    one = match_ratees(both, [ratee("d1", here)])
    assert {key: who.key for key, who in one.found.items()} == {"c1": "d1"}
    assert one.missing == {"c2": Unmatched.AMBIGUOUS}
