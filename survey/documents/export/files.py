"""What every file that is handed out is called, and of which media type it is."""

from dataclasses import dataclass

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA = {
    "csv": "text/csv",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "toml": "application/toml",
    "txt": "text/plain",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "zip": "application/zip",
}
"""The media types, by the ending of a file's name."""


@dataclass(frozen=True)
class NamedFile:
    """A file that is handed out in one format; ``pattern`` is its name, with parts to be filled in."""

    pattern: str

    @property
    def media(self) -> str:
        """Return its media type."""
        return MEDIA[self.pattern.rpartition(".")[2]]

    def named(self, **parts: object) -> str:
        """Return its name; ``parts`` fill the pattern in."""
        return self.pattern.format(**parts)


DEFINITION = NamedFile("{campaign_code}.toml")
ROSTER = NamedFile("{campaign_code}-roster.xlsx")
SHARE = NamedFile("{campaign_code}-share-{number}.txt")
LINK_PNG = NamedFile("{campaign_code}-link.png")
LINK_SVG = NamedFile("{campaign_code}-link.svg")
POSTER = NamedFile("{campaign_code}-poster.pdf")
SLIPS = NamedFile("{campaign_code}-slips.pdf")
CODES = NamedFile("{campaign_code}-codes.csv")
MADE_SLIPS = NamedFile("{campaign_code}-slips-{number}.pdf")
MADE_SLIPS_AND_CODES = NamedFile("{campaign_code}-slips-{number}.zip")
CERTIFICATE = NamedFile("{campaign_code}-certificate.pdf")
REPORT = NamedFile("{campaign_code}-report.docx")
COMPARISON = NamedFile("{campaign_code}-{other}.csv")
LINKS = NamedFile("{campaign_code}-links.csv")
LOG_TABLE = NamedFile("minping-log.csv")
LOG_LINES = NamedFile("minping-log.jsonl")
TEMPLATE = NamedFile("minping-{kind}.docx")
OWN_TEMPLATE = NamedFile("minping-{kind}-own.docx")
