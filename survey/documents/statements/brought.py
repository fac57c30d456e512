"""Files that are brought as reports: each a PDF or a Word file, or a ZIP file of such."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from survey.documents.layout.file_format import FileFormat, file_format
from survey.documents.layout.untrusted_package import (
    PackageFlaw,
    PackageLimits,
    UnreadablePackage,
    untrusted_package,
)

from .faults import StatementFault, StatementFaultKind, UnusableStatement

MAX_SENT = 16 * 1024 * 1024
"""Of all files sent at once; a ZIP file may unpack to as much."""
MAX_FILES = 400
MAX_SECONDS = 120
"""Of processor time, for all files sent at once: others wait for the process that looks them through."""
MAX_NAME_LENGTH = 120
_LIMITS = PackageLimits(parts=2 * MAX_FILES, listed=4 * MAX_SENT, unpacked=4 * MAX_SENT)
_LEFT_BY_SYSTEMS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_OF_OFFICES = ("[Content_Types].xml", "mimetype", "Index.zip", "Index/Document.iwa")
"""A ZIP file with a part of one of these names is an office programme's document, and no folder."""


@dataclass(frozen=True)
class BroughtStatement:
    """One file that can be somebody's report: its name, its text, and, of a PDF, the file and its pages.

    ``pictures`` and ``numbers`` tell how many pictures and automatic numbers of a Word file its text lacks.
    """

    name: str
    text: str
    content: bytes = b""
    pages: int = 0
    pictures: int = 0
    numbers: int = 0


def read_statements(
    files: Sequence[tuple[str, bytes]],
) -> tuple[list[BroughtStatement], list[StatementFault]]:
    """Read files, as pairs of name and content; return what can be used, and everything that is wrong.

    It takes its time, so call it beside the server.
    """
    brought: list[BroughtStatement] = []
    faults: list[StatementFault] = []
    until = time.thread_time() + MAX_SECONDS
    for name, content in _unpacked(files, faults):
        if len(brought) + len(faults) >= MAX_FILES:
            faults.append(StatementFault(name, StatementFaultKind.TOO_MANY_FILES, str(MAX_FILES)))
            break
        if time.thread_time() > until:
            faults.append(StatementFault(name, StatementFaultKind.TOO_MUCH_AT_ONCE))
            break
        try:
            brought.append(_read(name, content))
        except UnusableStatement as refused:
            faults.append(refused.in_file(name))
    return brought, faults


def _read(name: str, content: bytes) -> BroughtStatement:
    from .pdf_file import SIGNATURE, read_pdf
    from .word_text import read_word

    if not content:
        raise UnusableStatement(StatementFaultKind.EMPTY_FILE)
    if content.startswith(SIGNATURE):
        pdf = read_pdf(content)
        return BroughtStatement(name, pdf.text, content, pdf.pages)
    if content.startswith(b"PK") and _is_folder(content):
        raise UnusableStatement(StatementFaultKind.ZIP_IN_ZIP)
    if found := file_format(content):
        kind = StatementFaultKind.OTHER_FORMAT
        if found is FileFormat.PASSWORD:
            kind = StatementFaultKind.PASSWORD
        raise UnusableStatement(kind, file_format=found)
    if not content.startswith(b"PK"):
        raise UnusableStatement(StatementFaultKind.OTHER_FORMAT)
    word = read_word(content)
    return BroughtStatement(name, word.text, pictures=word.pictures, numbers=word.numbers)


def _unpacked(
    files: Iterable[tuple[str, bytes]], faults: list[StatementFault]
) -> Iterator[tuple[str, bytes]]:
    for name, content in files:
        shown = _short(name)
        if content.startswith(b"PK") and _is_folder(content):
            try:
                yield from _members(content)
            except UnreadablePackage as error:
                faults.append(StatementFault(shown, _FLAWS[error.flaw]))
            except UnusableStatement as refused:
                faults.append(refused.in_file(shown))
        else:
            yield shown, content


def _is_folder(content: bytes) -> bool:
    """Return whether a ZIP file holds files, and is no document itself; also where it cannot be read.

    By the names in its directory: a document that lies in it unpacked has such names among its bytes.
    """
    try:
        with untrusted_package(content, _LIMITS) as package:
            return not any(name in package for name in _OF_OFFICES)
    except UnreadablePackage:
        return not any(name.encode() in content for name in _OF_OFFICES)


_FLAWS = {
    PackageFlaw.TOO_LARGE: StatementFaultKind.TOO_LARGE,
    PackageFlaw.PASSWORD: StatementFaultKind.PASSWORD,
    PackageFlaw.DAMAGED: StatementFaultKind.DAMAGED,
    PackageFlaw.ENTITIES: StatementFaultKind.DAMAGED,
}


def _members(content: bytes) -> list[tuple[str, bytes]]:
    """Unpack a ZIP file, without what systems leave in one; all of it before any is read."""
    with untrusted_package(content, _LIMITS) as package:
        package.require_each_name_once()
        found = [
            (_short(written_name(name)), package.read(name))
            for name in package.names
            if not set(name.split("/")) & set(_LEFT_BY_SYSTEMS)
            if not PurePosixPath(name).name.startswith(("~$", "._"))
        ]
    if not found:
        raise UnusableStatement(StatementFaultKind.NO_FILES)
    if len(found) > MAX_FILES:
        raise UnusableStatement(StatementFaultKind.TOO_MANY_FILES, str(MAX_FILES))
    return found


def written_name(name: str) -> str:
    """Return a name out of a ZIP file as it was written.

    A name that is not marked as UTF-8 is read as code page 437; Windows writes GBK there, others UTF-8.
    """
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _short(name: str) -> str:
    """Return the last part of a name, as far as it can be shown."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(sign for sign in last if sign.isprintable())
    return kept if len(kept) <= MAX_NAME_LENGTH else kept[: MAX_NAME_LENGTH - 12] + "…" + kept[-11:]
