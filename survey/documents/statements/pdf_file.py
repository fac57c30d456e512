"""A PDF file that is to be shown as it came: harmless or refused, and its text for phones that show none.

Harmless is what does nothing by itself and leads nowhere: no script, no action but one that turns to a page
of the file, no attachment, no form that is sent, no encryption. Every object of the file is looked at,
whether a page uses it or not. That takes its time, so call it beside the server.
"""

import logging
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any

from survey.documents.statements.bounded_work import WorkTooMuch, bounded_work

from .faults import StatementFaultKind, UnusableStatement
from .plain_text import tidied

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_FILE = 5 * 1024 * 1024
"""A report of thirty pages with type of its own takes 1 MiB; a scanned one of ten pages 2 to 4."""
MAX_PAGES = 30
MAX_TEXT_LENGTH = 60_000
"""Characters; thirty full pages have fewer."""
MAX_SECONDS = 20
MAX_MEMORY = 512 * 1024 * 1024
MAX_VALUES = 400_000
"""Values in all objects together, a bound on what is looked at."""
SIGNATURE = b"%PDF-"
_MET = (
    *(ValueError, TypeError, LookupError, AttributeError, OSError, zlib.error),
    *(ArithmeticError, AssertionError, NotImplementedError),
)
"""What a parser meets in a damaged file, beside its own failures."""
_FULL_LINE = 0.85
"""From so much of the widest line on, a line goes on with the next one."""
_ENDS = "。！？；：.!?;:"

_KEYS = {
    "/JS": StatementFaultKind.SCRIPT,
    "/JavaScript": StatementFaultKind.SCRIPT,
    "/AA": StatementFaultKind.SCRIPT,
    "/RichMediaContent": StatementFaultKind.SCRIPT,
    "/EmbeddedFiles": StatementFaultKind.ATTACHMENT,
    "/EF": StatementFaultKind.ATTACHMENT,
    "/XFA": StatementFaultKind.FORM,
    "/URI": StatementFaultKind.LINK,
}
"""What a dictionary with one of these keys is refused for."""
_ACTIONS = {
    "/URI": StatementFaultKind.LINK,
    "/GoToR": StatementFaultKind.LINK,
    "/SubmitForm": StatementFaultKind.FORM,
    "/ResetForm": StatementFaultKind.FORM,
    "/ImportData": StatementFaultKind.FORM,
    "/Hide": StatementFaultKind.SCRIPT,
    "/JavaScript": StatementFaultKind.SCRIPT,
    "/Launch": StatementFaultKind.SCRIPT,
    "/Rendition": StatementFaultKind.SCRIPT,
    "/Movie": StatementFaultKind.SCRIPT,
    "/Sound": StatementFaultKind.SCRIPT,
    "/GoToE": StatementFaultKind.ATTACHMENT,
    "/GoTo3DView": StatementFaultKind.SCRIPT,
    "/SetOCGState": StatementFaultKind.SCRIPT,
}
"""What an action (``/S``) of one of these kinds is refused for."""
_PARTS = {
    "/FileAttachment": StatementFaultKind.ATTACHMENT,
    "/RichMedia": StatementFaultKind.SCRIPT,
    "/Screen": StatementFaultKind.SCRIPT,
    "/Movie": StatementFaultKind.SCRIPT,
    "/Sound": StatementFaultKind.SCRIPT,
    "/3D": StatementFaultKind.SCRIPT,
}
"""What an annotation (``/Subtype``) of one of these kinds is refused for."""
_WORDS = {
    b"JavaScript": StatementFaultKind.SCRIPT,
    b"RichMedia": StatementFaultKind.SCRIPT,
    b"Launch": StatementFaultKind.SCRIPT,
    b"SubmitForm": StatementFaultKind.FORM,
    b"EmbeddedFile": StatementFaultKind.ATTACHMENT,
    b"EmbeddedFiles": StatementFaultKind.ATTACHMENT,
}
"""Names that a file is refused for wherever they stand in it, being too long to be chance."""


def _spelled(word: bytes) -> bytes:
    """Return the pattern of a name as it may be written: any of its signs as ``#`` and two digits."""
    return b"".join(b"(?:%c|#%02x|#%02X)" % (sign, sign, sign) for sign in word)


_WRITTEN_OUT = {
    re.compile(b"/" + _spelled(word) + rb"(?![0-9A-Za-z#])"): kind for word, kind in _WORDS.items()
} | {
    # Short, so only before what it leads to.
    re.compile(b"/" + _spelled(b"URI") + rb"[\0\t\n\f\r ]*(?:\(|<[0-9A-Fa-f]|[0-9]+ [0-9]+ R)"): (
        StatementFaultKind.LINK
    )
}
"""What one programme does not find, another that repairs a file in its own way might."""
_BEGINNING = re.compile(rb"(?<![0-9])([0-9]{1,10})[\0\t\n\f\r ]+([0-9]{1,5})[\0\t\n\f\r ]+obj")
"""Where an object begins, whether or not a table of the file names it."""


@dataclass(frozen=True)
class PdfTaken:
    """What was found in a harmless PDF file: its number of pages and their text, empty if scanned."""

    pages: int
    text: str


def read_pdf(content: bytes) -> PdfTaken:
    """Look a PDF file through; raises ``UnusableStatement``."""
    if len(content) > MAX_FILE:
        raise UnusableStatement(StatementFaultKind.TOO_LARGE)
    try:
        with bounded_work(MAX_SECONDS, MAX_MEMORY), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            logging.getLogger("pypdf").setLevel(logging.CRITICAL)
            return _read(content)
    except (WorkTooMuch, MemoryError, RecursionError) as error:
        raise UnusableStatement(StatementFaultKind.TOO_COMPLEX) from error


def _read(content: bytes) -> PdfTaken:
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError, PyPdfError

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise UnusableStatement(StatementFaultKind.PASSWORD)
        _require_harmless(reader, content)
        for written, kind in _WRITTEN_OUT.items():
            if written.search(content):
                raise UnusableStatement(kind)
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            raise UnusableStatement(StatementFaultKind.TOO_MANY_PAGES, str(pages))
        if not pages:
            raise UnusableStatement(StatementFaultKind.DAMAGED)
        return PdfTaken(pages, _text(reader))
    except LimitReachedError as error:
        raise UnusableStatement(StatementFaultKind.TOO_COMPLEX) from error
    # What it says of it would quote the file.
    except (PyPdfError, *_MET) as error:
        raise UnusableStatement(StatementFaultKind.DAMAGED) from error


def _require_harmless(reader: "PdfReader", content: bytes) -> None:
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    left = MAX_VALUES
    for one in chain(_objects(reader), _unlisted(reader, content)):
        waiting: list[Any] = [one]
        while waiting:
            left -= 1
            if left < 0:
                raise UnusableStatement(StatementFaultKind.TOO_COMPLEX)
            value = waiting.pop()
            if isinstance(value, DictionaryObject):
                for key in value.keys() & _KEYS.keys():
                    raise UnusableStatement(_KEYS[key])
                # Looked up without following references: what they lead to is looked at by itself.
                for key, kinds in (("/S", _ACTIONS), ("/Subtype", _PARTS)):
                    named = value.raw_get(key) if key in value else None
                    named = named.get_object() if named is not None else None
                    if isinstance(named, NameObject) and named in kinds and _is_meant(value, key):
                        raise UnusableStatement(kinds[named])
                waiting += [value.raw_get(key) for key in value]
            elif isinstance(value, ArrayObject):
                waiting += list.__iter__(value)


def _is_meant(value: Any, key: str) -> bool:
    """Return whether a name is the kind of an action or an annotation: others have these keys too."""
    kind = str(value.get("/Type", ""))
    return kind in ("", "/Action") if key == "/S" else kind in ("", "/Annot")


def _objects(reader: "PdfReader") -> Iterator[Any]:
    """List every object of a file: those its tables name, those packed in streams, and the trailer."""
    from pypdf.generic import IndirectObject

    yield reader.trailer
    for generation, places in reader.xref.items():
        for number in places:
            yield reader.get_object(IndirectObject(number, generation, reader))
    for number in reader.xref_objStm:
        yield reader.get_object(IndirectObject(number, 0, reader))


def _unlisted(reader: "PdfReader", content: bytes) -> Iterator[Any]:
    """List the objects that stand in a file where none of its tables says so.

    Viewers look for those where a table is damaged, and of two with one number take the last.
    """
    from pypdf.errors import LimitReachedError, PyPdfError
    from pypdf.generic import StreamObject, read_object

    for found in _BEGINNING.finditer(content):
        number, generation = int(found[1]), int(found[2])
        if reader.xref.get(generation, {}).get(number) == found.start():
            continue
        try:
            one = read_object(_at(content, found.end()), reader)
            yield one
            if isinstance(one, StreamObject) and one.get("/Type") == "/ObjStm":
                packed, first = one.get_data(), int(str(one["/First"]))
                for offset in packed[:first].split()[1::2]:
                    yield read_object(_at(packed, first + int(offset)), reader)
        except LimitReachedError:
            raise
        except (PyPdfError, *_MET):
            continue  # by chance among other bytes, or what nobody can read


def _at(content: bytes, place: int) -> BytesIO:
    """Return a stream of bytes that stands before the next sign that is no space."""
    stream = BytesIO(content)
    stream.seek(place)
    while (sign := stream.read(1)) and sign in b"\0\t\n\f\r ":
        pass
    stream.seek(-1 if sign else 0, 1)
    return stream


def _text(reader: "PdfReader") -> str:
    """Return the text of all pages; what is not to be read of one page is left out."""
    pages = []
    length = 0
    for page in reader.pages:
        pages.append(_joined(page.extract_text()))
        length += len(pages[-1])
        if length > MAX_TEXT_LENGTH:
            break
    return tidied("\n".join(pages))[:MAX_TEXT_LENGTH]


def _joined(text: str) -> str:
    """Join the lines that a page broke because they were full."""
    lines = [line.strip() for line in text.splitlines()]
    full = _FULL_LINE * max(map(len, lines), default=0)
    joined = ""
    for line in lines:
        joined += line
        if len(line) < full or line.endswith(tuple(_ENDS)):
            joined += "\n"
        elif line[-1:].isascii():
            joined += " "
    return joined
