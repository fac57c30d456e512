import pytest

from survey.documents.export.files import LOG_LINES, POSTER, FileName
from survey.web.admin.attachment import attachment, named_attachment


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        ("small.csv", "small.csv"),
        ("a b.csv", "a%20b.csv"),
        ("干部;甲.csv", "%E5%B9%B2%E9%83%A8%3B%E7%94%B2.csv"),
        ('"甲".csv', "%22%E7%94%B2%22.csv"),
    ],
)
def test_how_a_name_stands_in_the_header(shown: str, written: str) -> None:
    answer = attachment(b"", "text/csv", FileName(shown, "small.csv"))
    named = answer.headers["Content-Disposition"]
    assert named == f"attachment; filename=\"small.csv\"; filename*=UTF-8''{written}"


def test_a_file_with_a_name_of_its_own() -> None:
    answer = named_attachment(b"x", POSTER, title="测评", campaign_code="small")
    assert (answer.data, answer.mimetype) == (b"x", "application/pdf")
    assert 'filename="small-poster.pdf"' in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].endswith("%E6%B5%8B%E8%AF%84%20%E6%B5%B7%E6%8A%A5.pdf")
    assert named_attachment("{}", LOG_LINES).headers["Content-Type"] == "application/jsonl; charset=utf-8"
