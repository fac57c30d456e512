import pytest

from survey.documents.export.files import LOG_LINES, POSTER
from survey.web.admin.attachment import attachment, named_attachment


@pytest.mark.parametrize(
    ("name", "quoted", "header"),
    [
        ("small.csv", True, 'attachment; filename="small.csv"'),
        ("small.csv", False, "attachment; filename=small.csv"),
        ("a b.csv", False, 'attachment; filename="a b.csv"'),
        ("干部;甲.csv", True, "attachment; filename*=UTF-8''%E5%B9%B2%E9%83%A8%3B%E7%94%B2.csv"),
        ("干部.csv", False, "attachment; filename*=UTF-8''%E5%B9%B2%E9%83%A8.csv"),
    ],
)
def test_how_a_name_stands_in_the_header(name: str, quoted: bool, header: str) -> None:
    assert attachment(b"", "text/csv", name, quoted=quoted).headers["Content-Disposition"] == header


def test_a_file_with_a_name_of_its_own() -> None:
    answer = named_attachment(b"x", POSTER, campaign_code="small")
    assert (answer.data, answer.mimetype) == (b"x", "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="small-poster.pdf"'
    assert named_attachment("{}", LOG_LINES).headers["Content-Type"] == "application/jsonl; charset=utf-8"
