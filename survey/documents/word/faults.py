"""What can be wrong with a Word template that an office brings; pages say each in their own words."""

from dataclasses import dataclass
from enum import StrEnum

from survey.documents.layout.file_format import FileFormat


class TemplateFaultKind(StrEnum):
    """The kinds of fault."""

    TOO_LARGE = "too-large"
    NOT_WORD = "not-word"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 – the kind of fault
    MACROS = "macros"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    FIELD = "field"
    ENTITIES = "entities"
    BROKEN = "broken"
    FULL_WIDTH = "full-width"
    NOT_ALLOWED = "not-allowed"
    UNKNOWN = "unknown"
    NOT_TEXT = "not-text"
    NOT_LIST = "not-list"
    NEEDS_P = "needs-p"
    NOT_ALONE = "not-alone"
    NO_BLOCK = "no-block"
    OUTSIDE_TABLE = "outside-table"
    NOT_CLOSED = "not-closed"
    NOT_OPENED = "not-opened"
    LOOP_IN_LOOP = "loop-in-loop"
    TOO_MANY = "too-many"
    MISSING = "missing"
    NO_FOOTER = "no-footer"
    NOT_WHOLE = "not-whole"
    TOO_MUCH = "too-much"


@dataclass(frozen=True)
class DocumentPlace:
    """Where in a document (``body``, ``header``, ``footer``, ``note``): the paragraph's text, its table cell.

    ``table``, ``row`` and ``column`` count from 1 and are 0 outside tables.
    """

    part: str = ""
    text: str = ""
    table: int = 0
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class TemplateFault:
    """One fault: its kind, where it is, what stands there, and what was probably meant.

    ``file_format`` is what a file is that is to be saved as another.
    """

    kind: TemplateFaultKind
    place: DocumentPlace = DocumentPlace()
    value: str = ""
    meant: str = ""
    file_format: FileFormat | None = None


class UnusableTemplate(Exception):
    """A file cannot be looked into any further."""

    def __init__(self, fault: TemplateFault) -> None:
        super().__init__(fault.kind)
        self.fault = fault
