"""Keys and weights of the rows in which results stand."""

from fractions import Fraction

from survey.domain.count.rows import merged_key, row_weights
from tests.domain.results.counting import definition_of


def test_merged_groups_have_one_key_and_the_sum_of_their_weights() -> None:
    assert merged_key(("A",)) == "A"
    assert merged_key(("A", "B")) == "A+B"
    assert row_weights(definition_of(), [("A", "B")]) == {"A+B": Fraction(4)}
    assert row_weights(definition_of(), [("A",), ("B",)]) == {"A": Fraction(3), "B": Fraction(1)}
