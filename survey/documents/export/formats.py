"""Every format in which results are given: its name, its media type, what writes it, and who may have it.

The one list of them: commands, pages, routes and what is published take it from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any, BinaryIO

from survey.domain.definition.form import Ratee
from survey.domain.definition.schema import N_
from survey.domain.results.table import Report

from .files import FORMS, FORMS_EACH, MEDIA, OWN_RESULTS, RESULTS, FileName

WriteReport = Callable[[Report, BinaryIO, bytes | None], None]
"""Write a report into a file; the last is the office's own Word template, if it has one."""

WriteValues = Callable[[Mapping[str, Any], BinaryIO], None]
"""Write results as plain values into a file."""


class Audience(StrEnum):
    """Who is given a format, and of what."""

    OFFICE = "office"
    """The office, of all results: linked on its pages."""
    FORMS = "forms"
    """The office, of the forms of all ratees."""
    RATEE = "ratee"
    """The office, of the form of one ratee."""
    COMMAND = "command"
    """Whoever gives the command ``results``."""
    READERS = "readers"
    """Readers of the published page."""
    PERSON = "person"
    """Whoever holds a link to one person's own results."""


class Shelf(Enum):
    """The parts of the office's page of files."""

    TABLES = auto()
    FORMS = auto()
    DATA = auto()


@dataclass(frozen=True)
class Listed:
    """A format on the office's page of files: on which shelf and at which place of it, and in which words.

    ``what`` says what it is good for; ``name`` is the format's own where it is not given.
    """

    shelf: Shelf
    place: int
    what: str
    name: str = ""


@dataclass(frozen=True)
class Format:
    """One format; either ``write_report`` or ``write_values`` writes it.

    ``key`` is what it is called in addresses and by the command, and the ending of its files' names.
    ``audiences`` says who may have it, and at which place of their list. ``one_each`` names the
    format of the documents in a ZIP file of one for each ratee.
    """

    key: str
    media: str
    name: str
    audiences: Mapping[Audience, int]
    listed: tuple[Listed, ...] = ()
    write_report: WriteReport | None = None
    write_values: WriteValues | None = None
    one_each: str = ""

    def file_name(self, title: str, campaign_code: str) -> FileName:
        """Return the name of a file with all results of a campaign."""
        return RESULTS.named(title=title, campaign_code=campaign_code, kind=self.key)

    def forms_name(self, title: str, campaign_code: str) -> FileName:
        """Return the name of a file with the forms of all ratees."""
        if not self.one_each:
            return FORMS.named(title=title, campaign_code=campaign_code, kind=self.key)
        return FORMS_EACH.named(title=title, campaign_code=campaign_code, kind=self.key, each=self.one_each)

    def person_name(self, title: str, campaign_code: str, ratee: Ratee) -> FileName:
        """Return the name of a file with one person's own results."""
        return OWN_RESULTS.named(
            title=title, about=ratee.name, campaign_code=campaign_code, ratee=ratee.key, kind=self.key
        )


def find_format(key: str) -> Format:
    """Return the format of that key; raises ``ValueError`` where there is none."""
    for one in FORMATS:
        if one.key == key:
            return one
    raise ValueError(key)


def offered_to(audience: Audience) -> dict[str, Format]:
    """Return the formats that an audience may have, by their keys, in the order in which it sees them."""
    found = [one for one in FORMATS if audience in one.audiences]
    return {one.key: one for one in sorted(found, key=lambda one: one.audiences[audience])}


def on_shelf(shelf: Shelf) -> list[tuple[Format, Listed]]:
    """Return what stands on a shelf of the office's page of files, in its order."""
    found = [(one, listed) for one in FORMATS for listed in one.listed if listed.shelf is shelf]
    return sorted(found, key=lambda pair: pair[1].place)


# One library each; loaded only when its format is asked for.


def _excel(report: Report, out: BinaryIO, _template: bytes | None) -> None:
    from survey.documents.excel.official_tables import write_xlsx

    write_xlsx(report, out)


def _word(report: Report, out: BinaryIO, template: bytes | None) -> None:
    from survey.documents.word.official_tables import write_docx

    write_docx(report, out, template)


def _pdf(report: Report, out: BinaryIO, _template: bytes | None) -> None:
    from survey.documents.layout.glyphs import writable_report
    from survey.documents.pdf.official_tables import write_pdf

    write_pdf(writable_report(report), out)


def _csv(report: Report, out: BinaryIO, _template: bytes | None) -> None:
    from .official_csv import write_csv

    write_csv(report, out)


def _json(values: Mapping[str, Any], out: BinaryIO) -> None:
    from .results_json import write_json

    write_json(values, out)


def _pdf_each(report: Report, out: BinaryIO, template: bytes | None) -> None:
    from .archive import write_zip

    write_zip(report, out, "pdf", template)


def _word_each(report: Report, out: BinaryIO, template: bytes | None) -> None:
    from .archive import write_zip

    write_zip(report, out, "docx", template)


FORMATS: tuple[Format, ...] = (
    Format(
        "xlsx",
        MEDIA["xlsx"],
        "Excel",
        {
            Audience.OFFICE: 1,
            Audience.FORMS: 2,
            Audience.RATEE: 2,
            Audience.COMMAND: 3,
            Audience.READERS: 1,
            Audience.PERSON: 1,
        },
        (Listed(Shelf.TABLES, 2, N_("每张表一页，数字可以再计算，附等次分布图")),),
        _excel,
    ),
    Format(
        "docx",
        MEDIA["docx"],
        "Word",
        {Audience.OFFICE: 2, Audience.FORMS: 3, Audience.RATEE: 3, Audience.COMMAND: 4},
        (Listed(Shelf.TABLES, 3, N_("需要修改版式时用")),),
        _word,
    ),
    Format(
        "pdf",
        MEDIA["pdf"],
        "PDF",
        {Audience.OFFICE: 3, Audience.FORMS: 1, Audience.RATEE: 1, Audience.COMMAND: 5},
        (
            Listed(Shelf.TABLES, 1, N_("打印、签字、存档用，在哪里打开都一样")),
            Listed(Shelf.FORMS, 1, N_("每个对象从新的一页开始，便于一次打印"), N_("PDF，合成一个文件")),
        ),
        _pdf,
    ),
    Format(
        "csv",
        MEDIA["csv"],
        "CSV",
        {Audience.OFFICE: 4, Audience.COMMAND: 2, Audience.READERS: 2, Audience.PERSON: 2},
        (Listed(Shelf.DATA, 1, N_("全部数字逐行排列，可以导入其他表格软件")),),
        _csv,
    ),
    Format(
        "json",
        MEDIA["json"],
        "JSON",
        {Audience.OFFICE: 5, Audience.COMMAND: 1, Audience.READERS: 3, Audience.PERSON: 3},
        (Listed(Shelf.DATA, 2, N_("给程序和审计人员读取")),),
        write_values=_json,
    ),
    Format(
        "zip",
        MEDIA["zip"],
        "ZIP",
        {Audience.FORMS: 4, Audience.COMMAND: 6},
        (
            Listed(
                Shelf.FORMS,
                2,
                N_("以姓名为文件名，便于分别发送"),
                N_("ZIP，每个对象一份 PDF"),
            ),
        ),
        _pdf_each,
        one_each="PDF",
    ),
    Format(
        "word.zip",
        MEDIA["zip"],
        "ZIP",
        {Audience.FORMS: 5},
        (Listed(Shelf.FORMS, 3, N_("同上，可以修改"), N_("ZIP，每个对象一份 Word")),),
        _word_each,
        one_each="Word",
    ),
)
"""The formats; who sees which of them in what order, each says of itself."""
