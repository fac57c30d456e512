from survey.documents.export import files
from survey.documents.export.files import NamedFile

OFFICE = "application/vnd.openxmlformats-officedocument"


def test_every_file_has_its_name_and_media_type() -> None:
    parts = {"campaign_code": "small", "number": 3, "other": "last", "kind": "report"}
    found = {one.named(**parts): one.media for one in vars(files).values() if isinstance(one, NamedFile)}
    assert found == {
        "small.toml": "application/toml",
        "small-roster.xlsx": f"{OFFICE}.spreadsheetml.sheet",
        "small-share-3.txt": "text/plain",
        "small-link.png": "image/png",
        "small-link.svg": "image/svg+xml",
        "small-poster.pdf": "application/pdf",
        "small-slips.pdf": "application/pdf",
        "small-codes.csv": "text/csv",
        "small-slips-3.pdf": "application/pdf",
        "small-slips-3.zip": "application/zip",
        "small-certificate.pdf": "application/pdf",
        "small-report.docx": f"{OFFICE}.wordprocessingml.document",
        "small-last.csv": "text/csv",
        "small-links.csv": "text/csv",
        "minping-log.csv": "text/csv",
        "minping-log.jsonl": "application/jsonl; charset=utf-8",
        "minping-report.docx": f"{OFFICE}.wordprocessingml.document",
        "minping-report-own.docx": f"{OFFICE}.wordprocessingml.document",
    }
