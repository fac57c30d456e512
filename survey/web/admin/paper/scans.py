"""Scanned files as a form sends them: how much, and of which kind by their content."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

MAX_SCANS = 64 << 20
"""Bytes of all files of one request."""
AROUND = 64 * 1024
"""Bytes of a form around its files."""
CHUNK = 1 << 20
_BEGINNINGS = (b"%PDF-", b"II*\0", b"II+\0", b"MM\0*", b"MM\0+", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""PDF, TIFF and BigTIFF in either order, JPEG, PNG."""
_HEAD = 1024


@dataclass(frozen=True)
class Scan:
    """A file that was sent; it is in memory, and of it there is no other copy."""

    name: str
    file: FileStorage

    def chunks(self) -> Iterator[bytes]:
        """Go through its content."""
        self.file.stream.seek(0)
        while chunk := self.file.stream.read(CHUNK):
            yield chunk

    def content(self) -> bytes:
        """Return all of it."""
        return b"".join(self.chunks())


def sent_scans() -> tuple[list[Scan], str]:
    """Return the files of this request, and what is wrong with them: nothing, or one sentence."""
    scans = [Scan(file.filename, file) for file in request.files.getlist("files") if file.filename]
    if not scans:
        return [], str(_("请选择扫描得到的文件。"))
    strange = [scan.name for scan in scans if not _is_scan(scan)]
    if strange:
        said = _(
            "不是 PDF、TIFF、JPEG 或 PNG 文件：%(names)s。一个也没有收下。", names="、".join(strange[:5])
        )
        return [], str(said)
    return scans, ""


def _is_scan(scan: Scan) -> bool:
    stream = scan.file.stream
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    return head.lstrip().startswith(b"%PDF-") or head.startswith(_BEGINNINGS)
