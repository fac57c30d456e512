"""What a count gives as files, what each is called, and which take so long that they are made as jobs."""

from dataclasses import dataclass

from survey.documents.export.files import REPORT, FileName
from survey.documents.export.formats import Audience, Format, find_format, offered_to
from survey.domain.definition.campaign import Definition

JOB_SECONDS = 1.0
"""What is expected to take longer is a job: nobody waits so long for a page."""
RATEES_OF_A_PART = 50
"""Ratees of whom one worker makes the documents before it looks for the next part."""
_START_SECONDS = 0.3
_RESULTS, _FORMS, _REPORT = "results", "forms", "report.docx"
_MICROSECONDS = {
    "csv": 150,
    "json": 150,
    "xlsx": 550,
    "docx": 400,
    "pdf": 500,
    "zip": 3000,
    "word.zip": 1700,
}
"""By format: processor time for each rating that a ratee can get, one a criterion and rater group."""
_OTHERS_MICROSECONDS = 500
_OF_REPORT = 200


@dataclass(frozen=True)
class Export:
    """One file of results: ``key`` is how its address ends, ``format`` what it is in.

    ``forms_only`` leaves everything out but the forms of the ratees.
    """

    key: str
    format: Format
    forms_only: bool = False

    @property
    def is_report(self) -> bool:
        """Return whether it is the report on the evaluation, and no table."""
        return self.key == _REPORT

    @property
    def parts(self) -> bool:
        """Return whether it is put together of one document for each ratee."""
        return bool(self.format.one_each)

    def file_name(self, title: str, campaign_code: str) -> FileName:
        """Return what the file is called."""
        if self.is_report:
            return REPORT.named(title=title, campaign_code=campaign_code)
        if self.forms_only:
            return self.format.forms_name(title, campaign_code)
        return self.format.file_name(title, campaign_code)

    def seconds(self, definition: Definition) -> float:
        """Return how long making it takes, about: its size is known before the count is read."""
        each = _OF_REPORT if self.is_report else _MICROSECONDS.get(self.format.key, _OTHERS_MICROSECONDS)
        return _START_SECONDS + each * ratings(definition) / 1e6

    def is_job(self, definition: Definition) -> bool:
        """Return whether it takes so long that it is made as a job."""
        return self.seconds(definition) > JOB_SECONDS


def ratings(definition: Definition) -> int:
    """Count what is rated: ratees, each by its criteria, by each rater group that may."""
    return sum(len(lines) for lines in definition.lines_of.values())


def find_export(key: str) -> Export | None:
    """Return the export of that key (``results.pdf``, ``forms.zip``, ``report.docx``), if there is one."""
    if key == _REPORT:
        return Export(key, find_format("docx"))
    stem, _, kind = key.partition(".")
    audience = {_RESULTS: Audience.OFFICE, _FORMS: Audience.FORMS}.get(stem)
    chosen = offered_to(audience).get(kind) if audience else None
    return Export(key, chosen, stem == _FORMS) if chosen else None


def is_large(key: str, definition: Definition) -> bool:
    """Return whether there is an export of that key and it is made as a job."""
    export = find_export(key)
    return export is not None and export.is_job(definition)
