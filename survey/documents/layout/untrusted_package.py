"""ZIP packages of unknown senders, read part by part: Word files and workbooks alike.

Every part is measured while it is unpacked, since what the archive's directory says of its size need not be
true, and no part may declare an entity. Names of parts are compared as Office does: without regard to case,
``\\`` read as ``/``.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from xml.parsers import expat

_CHUNK = 256 * 1024
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    NotImplementedError,  # a package that asks for a newer unzip, or for patches
    OverflowError,
    ValueError,
)


def spelled_plainly(name: str) -> str:
    """Return what is compared of a part's name: two names that give the same are one name twice."""
    return name.replace("\\", "/").casefold()


def resolved(folder: str, target: str) -> str:
    """Return the name of the part that a relationship of a part in this folder leads to."""
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


class PackageFlaw(StrEnum):
    """Why a package is not read; each door's kinds of fault have these values too."""

    TOO_LARGE = "too-large"
    PASSWORD = "password"  # noqa: S105 – the kind of fault
    DAMAGED = "damaged"
    ENTITIES = "entities"


class UnreadablePackage(Exception):
    """A package cannot be looked into any further; ``part`` is the one that is too large."""

    def __init__(self, flaw: PackageFlaw, part: str = "") -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.part = part


@dataclass(frozen=True)
class PackageLimits:
    """What a package may ask for at most.

    ``listed`` are the bytes that its directory says all parts have, ``unpacked`` those that are unpacked in
    truth, a part that is read twice counted twice, and ``elements`` what the parts that count them hold.
    """

    parts: int
    listed: int
    unpacked: int
    elements: int | None = None


class XmlPart:
    """What a parser tells of a part; by itself it only looks whether the part is XML.

    ``separator`` stands between namespace and name where names are wanted with it. Once ``full``, the rest of
    the part is not read.
    """

    separator: str | None = None
    max_bytes: int | None = None
    elements = 0
    full = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of the beginning of an element; the parser calls it."""

    def end(self, name: str) -> None:
        """Take note of the end of an element; the parser calls it."""

    def text(self, text: str) -> None:
        """Take note of text between tags; the parser calls it."""


class UntrustedPackage:
    """An open package that has been looked over: no more parts and bytes than allowed, none encrypted."""

    def __init__(self, archive: zipfile.ZipFile, limits: PackageLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._unpacked = 0
        self._elements = 0
        members = archive.infolist()
        if len(members) > limits.parts:
            raise UnreadablePackage(PackageFlaw.TOO_LARGE)
        if sum(member.file_size for member in members) > limits.listed:
            largest = max(members, key=lambda member: member.file_size)
            raise UnreadablePackage(PackageFlaw.TOO_LARGE, largest.filename)
        if any(member.flag_bits & 1 for member in members):
            raise UnreadablePackage(PackageFlaw.PASSWORD)
        if any(member.compress_type not in _PACKED for member in members):
            raise UnreadablePackage(PackageFlaw.DAMAGED)
        parts = [member for member in members if not member.is_dir()]
        self.names = [member.filename.replace("\\", "/") for member in parts]
        if any(".." in name.split("/") for name in self.names):
            raise UnreadablePackage(PackageFlaw.DAMAGED)
        self._parts = {spelled_plainly(member.filename): member for member in parts}

    def __contains__(self, name: str) -> bool:
        """Check whether there is a part of this name, however it is spelled."""
        return spelled_plainly(name) in self._parts

    def require_each_name_once(self) -> None:
        """Refuse two parts of one name: what is looked at here need not be what a library opens later."""
        if len(self._parts) < len(self.names):
            raise UnreadablePackage(PackageFlaw.DAMAGED)

    def parse(self, name: str, part: XmlPart) -> None:
        """Pass to a part the XML that is stored under a name."""
        parser = expat.ParserCreate(namespace_separator=part.separator)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_entities
        parser.StartElementHandler = part.start
        parser.EndElementHandler = part.end
        parser.CharacterDataHandler = part.text
        size = 0
        for chunk in self._chunks(name):
            size += len(chunk)
            if part.max_bytes is not None and size > part.max_bytes:
                raise UnreadablePackage(PackageFlaw.TOO_LARGE, name)
            before = part.elements
            parser.Parse(chunk, False)
            self._elements += part.elements - before
            if self._limits.elements is not None and self._elements > self._limits.elements:
                raise UnreadablePackage(PackageFlaw.TOO_LARGE, name)
            if part.full:
                return
        parser.Parse(b"", True)

    def read(self, name: str) -> bytes:
        """Return a part that is no XML, within the bounds that all parts have together."""
        return b"".join(self._chunks(name))

    def unpack(self, name: str) -> None:
        """Unpack a part to see that it can be; nothing of it is kept."""
        for _ in self._chunks(name):
            pass

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._archive.open(self._parts[spelled_plainly(name)]) as member:
            while chunk := member.read(_CHUNK):
                self._unpacked += len(chunk)
                if self._unpacked > self._limits.unpacked:
                    raise UnreadablePackage(PackageFlaw.TOO_LARGE, name)
                yield chunk


@contextmanager
def untrusted_package(data: bytes, limits: PackageLimits) -> Iterator[UntrustedPackage]:
    """Open a package; raises ``UnreadablePackage``, also where what reads it meets damage."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield UntrustedPackage(archive, limits)
    except _DAMAGE as error:
        raise UnreadablePackage(PackageFlaw.DAMAGED) from error


def _refuse_entities(*_declared: object) -> None:
    raise UnreadablePackage(PackageFlaw.ENTITIES)
