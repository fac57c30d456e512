"""What can be wrong with a file that is to be somebody's report; pages say each in their own words."""

from dataclasses import dataclass
from enum import StrEnum

from survey.documents.layout.file_format import FileFormat


class StatementFaultKind(StrEnum):
    """The kinds of fault."""

    # Any file
    EMPTY_FILE = "empty-file"
    TOO_LARGE = "too-large"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 – the kind of fault
    OTHER_FORMAT = "other-format"
    NO_TEXT = "no-text"
    TOO_LONG = "too-long"
    ENTITIES = "entities"
    # A PDF file
    TOO_MANY_PAGES = "too-many-pages"
    TOO_COMPLEX = "too-complex"
    SCRIPT = "script"
    LINK = "link"
    ATTACHMENT = "attachment"
    FORM = "form"
    # Many files, or a ZIP file
    TOO_MANY_FILES = "too-many-files"
    TOO_MUCH_AT_ONCE = "too-much-at-once"
    ZIP_IN_ZIP = "zip-in-zip"
    NO_FILES = "no-files"


@dataclass(frozen=True)
class StatementFault:
    """One fault: in which file, its kind, a number that goes with it, and what the file is instead."""

    name: str
    kind: StatementFaultKind
    value: str = ""
    file_format: FileFormat | None = None


class UnusableStatement(Exception):
    """A file cannot be somebody's report."""

    def __init__(
        self, kind: StatementFaultKind, value: str = "", file_format: FileFormat | None = None
    ) -> None:
        super().__init__(kind, value, file_format)
        self.kind = kind
        self.value = value
        self.file_format = file_format

    def in_file(self, name: str) -> StatementFault:
        """Return the fault of a file of this name."""
        return StatementFault(name, self.kind, self.value, self.file_format)
