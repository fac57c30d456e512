from datetime import date

from survey.documents.assessment.papers.period_words import date_words, period_words


def test_months_and_quarters_are_named_as_people_write_them() -> None:
    assert period_words("2026-05") == "2026年5月"
    assert period_words("2026-Q1") == "2026年一季度"


def test_a_day_is_written_as_people_write_it() -> None:
    assert date_words(date(2027, 6, 3)) == "2027年6月3日"
