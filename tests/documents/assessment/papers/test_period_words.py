from survey.documents.assessment.papers.period_words import period_words


def test_months_and_quarters_are_named_as_people_write_them() -> None:
    assert period_words("2026-05") == "2026年5月"
    assert period_words("2026-Q1") == "2026年一季度"
