"""Hostile packages, brought to both doors: as a roster and as a Word template."""

import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

import pytest

from survey.documents.layout.untrusted_package import (
    PackageFlaw,
    PackageLimits,
    UnreadablePackage,
    XmlPart,
    untrusted_package,
)
from survey.documents.roster import xlsx_file
from survey.documents.roster.cells import RosterFaultKind
from survey.documents.roster.reader import read_roster
from survey.documents.word import package as word_package
from survey.documents.word.check import check_template
from survey.documents.word.faults import TemplateFaultKind
from survey.documents.word.placeholders import Template
from survey.documents.word.render import shipped
from tests.documents.rosters import GROUPS, SECTIONS, part, person, with_parts, workbook

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Door:
    """One way in: something valid, what is said of a file, a part that is read, and the limits."""

    valid: Callable[[], bytes]
    read: Callable[[bytes], list[str]]
    main: str
    parts: int
    listed: int


DOORS = {
    "roster": Door(
        lambda: workbook([person()]),
        lambda data: [fault.kind.value for fault in read_roster(data, "r.xlsx", SECTIONS, GROUPS).faults],
        "xl/worksheets/sheet1.xml",
        xlsx_file.MAX_PARTS,
        xlsx_file.MAX_UNPACKED,
    ),
    "template": Door(
        lambda: shipped(Template.REPORT),
        lambda data: [fault.kind.value for fault in check_template(Template.REPORT, data)],
        "word/document.xml",
        word_package.MAX_PARTS,
        word_package.MAX_UNPACKED,
    ),
}

Spoil = Callable[[Door, bytes], bytes]


def in_directory(offset: int, value: int) -> Spoil:
    """Write two bytes into the archive's directory, for every part."""

    def spoil(_door: Door, data: bytes) -> bytes:
        spoilt, at = bytearray(data), 0
        while (at := spoilt.find(b"PK\x01\x02", at)) >= 0:
            struct.pack_into("<H", spoilt, at + offset, value)
            at += 4
        return bytes(spoilt)

    return spoil


def in_main(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda door, data: with_parts(data, {door.main: change(part(data, door.main))})


def nested_entities(content: bytes) -> bytes:
    more = b"".join(b'<!ENTITY l%d "%s">' % (at + 1, b"&l%d;" % at * 10) for at in range(9))
    start = content.index(b"?>") + 2
    return content[:start] + b'<!DOCTYPE x [<!ENTITY l0 "lol">' + more + b"]>" + content[start:]


def outer_entity(content: bytes) -> bytes:
    start = content.index(b"?>") + 2
    return content[:start] + b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + content[start:]


def many_parts(door: Door, data: bytes) -> bytes:
    return with_parts(data, {f"more/{number}.png": b"" for number in range(door.parts + 1)})


def larger_than_allowed(door: Door, data: bytes) -> bytes:
    return with_parts(data, {"more/x.png": bytes(door.listed + 1)})


def damaged_inside(door: Door, data: bytes) -> bytes:
    """Spoil the packed bytes of the part that is read, not the directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo(door.main).header_offset + 30 + len(door.main) + 20
    return data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 40]) + data[at + 40 :]


def other_method(door: Door, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name), zipfile.ZIP_LZMA if name == door.main else None)
    return out.getvalue()


HOSTILE: dict[str, tuple[Spoil, str]] = {
    "no directory": (lambda _door, data: data[: len(data) // 2], "damaged"),
    "a head alone": (lambda _door, _data: b"PK\x03\x04nothing", "damaged"),
    "bytes that do not unpack": (damaged_inside, "damaged"),
    "XML that ends early": (in_main(lambda content: content[:-20]), "damaged"),
    "no XML": (in_main(lambda _content: b"\0\xff\0"), "damaged"),
    "another method of packing": (other_method, "damaged"),
    "encrypted": (in_directory(8, 1), "password"),
    "encrypted in the strong way": (in_directory(8, 0x40), "damaged"),
    "patched": (in_directory(8, 0x20), "damaged"),
    "for an unzip to come": (in_directory(6, 99), "damaged"),
    "many parts": (many_parts, "too-large"),
    "larger than allowed": (larger_than_allowed, "too-large"),
    "entities in entities": (in_main(nested_entities), "entities"),
    "an entity from outside": (in_main(outer_entity), "entities"),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@pytest.mark.parametrize(("spoil", "kind"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_package_is_refused_at_both_doors(door: Door, spoil: Spoil, kind: str) -> None:
    assert door.read(spoil(door, door.valid())) == [kind]


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_the_same_package_unspoilt_is_taken(door: Door) -> None:
    """Else the others would be refused for what they were made of."""
    unchanged = in_main(lambda content: content)
    assert door.read(unchanged(door, door.valid())) == []


Renamed = Callable[[str], str]


def renamed(data: bytes, change: Renamed) -> bytes:
    """Return a package whose parts have other names, as nothing in it calls them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            # The library that writes would make its own of a backslash; what stands in the file is the name.
            new.writestr(zipfile.ZipInfo(change(member.filename)), old.read(member))
    return out.getvalue()


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda name: name.replace("/", "\\"),
        lambda name: name.replace("xml", "XML"),
        lambda name: name.replace("sharedS", "SharedS").replace("document", "Document"),
        lambda name: name.replace("_rels", "_RELS"),
        lambda name: name.replace("[Content_Types]", "[content_types]"),
    ],
)
def test_names_of_parts_are_compared_as_office_does(door: Door, change: Renamed) -> None:
    assert door.read(renamed(door.valid(), change)) == []


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@pytest.mark.parametrize("name", ["../x.xml", "a/../../x.xml", "..\\x.xml", "a\\..\\x.xml", "a/.."])
def test_no_part_stands_above_the_package(door: Door, name: str) -> None:
    assert door.read(with_parts(door.valid(), {name: b"<x/>"})) == ["damaged"]


@pytest.mark.parametrize("change", [str.upper, lambda name: name.replace("/", "\\")])
def test_a_template_has_no_part_twice_in_two_spellings(change: Renamed) -> None:
    """What is looked at and what is opened could be two; a roster gives the last, as of a doubled name."""
    template, roster = DOORS["template"], DOORS["roster"]
    twice = with_parts(template.valid(), {change(template.main): part(template.valid(), template.main)})
    assert template.read(twice) == ["damaged"]
    other = part(workbook([person(""), person("")]), roster.main)
    assert roster.read(with_parts(roster.valid(), {change(roster.main): other})) != []


def test_both_doors_have_a_fault_for_every_flaw() -> None:
    for flaw in PackageFlaw:
        assert RosterFaultKind(flaw.value).name == TemplateFaultKind(flaw.value).name == flaw.name


class Heard(XmlPart):
    """What a parser told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def start(self, name, attributes) -> None:
        self.elements += 1
        self.said.append(name)

    def text(self, text: str) -> None:
        self.said.append(text)


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


WIDE = PackageLimits(parts=10, listed=2 * MEGABYTE, unpacked=2 * MEGABYTE)


def test_a_part_is_told_element_by_element() -> None:
    with untrusted_package(packed(a=b"<x xmlns='u'>hi<y/></x>"), WIDE) as package:
        assert package.names == ["a"]
        plain, spelled = Heard(), Heard()
        spelled.separator = " "
        package.parse("a", plain)
        package.parse("a", spelled)
    assert plain.said == ["x", "hi", "y"]
    assert spelled.said == ["u x", "hi", "u y"]


@pytest.mark.parametrize(
    "limits",
    [
        PackageLimits(10, 2 * MEGABYTE, 600_000),
        PackageLimits(10, 2 * MEGABYTE, 2 * MEGABYTE, elements=5),
    ],
)
def test_what_is_read_twice_counts_twice(limits: PackageLimits) -> None:
    content = b"<x>" + b"<y/>" * 3 + b" " * 400_000 + b"</x>"
    with untrusted_package(packed(a=content), limits) as package:
        package.parse("a", Heard())
        with pytest.raises(UnreadablePackage) as refused:
            package.parse("a", Heard())
    assert refused.value.flaw is PackageFlaw.TOO_LARGE


def test_a_part_may_bound_itself_and_end_early() -> None:
    content = b"<x>" + b" " * 600_000
    with untrusted_package(packed(a=content), WIDE) as package:
        full = Heard()
        full.full = True
        package.parse("a", full)
        assert full.said[0] == "x"
        bounded = Heard()
        bounded.max_bytes = 500_000
        with pytest.raises(UnreadablePackage) as refused:
            package.parse("a", bounded)
    assert refused.value.flaw is PackageFlaw.TOO_LARGE


def test_a_reader_that_meets_damage_is_told_so() -> None:
    with pytest.raises(UnreadablePackage) as refused, untrusted_package(packed(a=b"<x/>"), WIDE) as package:
        package.parse("b", Heard())
    assert refused.value.flaw is PackageFlaw.DAMAGED


@pytest.mark.parametrize("names", [("a", "A"), ("a", "a"), ("a/b", "a\\b")])
def test_names_may_be_asked_to_stand_once(names: tuple[str, str]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns() if names[0] == names[1] else nullcontext():
        for name in names:
            archive.writestr(name, b"<x/>")
    with pytest.raises(UnreadablePackage), untrusted_package(out.getvalue(), WIDE) as package:
        package.require_each_name_once()
