from typing import Any

import pytest

from survey.domain.decisions.matching import Unmatched, match_ratees
from survey.domain.definition.form import Ratee


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
