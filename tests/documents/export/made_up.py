"""A format that nobody needs, to see that a line in the registry is enough; run, it is the command."""

from typing import BinaryIO

from survey.documents.export import formats
from survey.documents.export.formats import Audience, Format, Listed, Shelf
from survey.documents.layout.text import cell_text
from survey.domain.results.table import Report

EVERYBODY = dict.fromkeys(Audience, 99)
MEDIA = "text/x-made-up"


def write_tabs(report: Report, out: BinaryIO, _template: bytes | None) -> None:
    """Write the tables of a report, cells apart by tabs."""
    for table in report.tables:
        for row in table.rows:
            out.write("\t".join(map(cell_text, row)).encode() + b"\n")


def a_format(audiences: dict[Audience, int]) -> Format:
    listed = (Listed(Shelf.DATA, 99, "试一试"),)
    return Format("madeup", MEDIA, "MADE UP", audiences, listed, write_report=write_tabs)


if __name__ == "__main__":
    formats.FORMATS = (*formats.FORMATS, a_format(EVERYBODY))
    from survey.cli import main

    main()
