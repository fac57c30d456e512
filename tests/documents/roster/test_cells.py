from hypothesis import given
from hypothesis import strategies as st

from survey.documents.roster.cells import letters
from survey.documents.roster.written_values import number_of


@given(st.integers(1, 20_000))
def test_columns_have_the_names_that_excel_shows(column: int) -> None:
    assert number_of(letters(column)) == column
