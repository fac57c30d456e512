"""The keys that a refusal names."""

from survey.domain.assessment.reports.known_keys import listed


def test_at_most_ten_are_named() -> None:
    assert listed([]) == ""
    assert listed(["a", "b"]) == " (there are a, b)"
    assert listed([str(one) for one in range(11)]) == " (there are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …)"
