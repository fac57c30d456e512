"""Everything that reads what others wrote, each with something valid to begin with."""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from PIL import Image

from survey.cli.tokens import _read, _slips
from survey.config import read_settings
from survey.documents.assessment.report_file import read_report
from survey.documents.assessment.row_files import read_rows
from survey.documents.assessment.setup.setup_reading import read_setup
from survey.documents.definition.definition_file import parse_definition, read_definition_file
from survey.documents.export.code_list import write_code_list
from survey.documents.layout import qr
from survey.documents.layout.qr_reading import read_codes
from survey.documents.pdf.share_sheet import ShareSheet, share_sheet_pdf
from survey.documents.roster.reader import read_roster
from survey.documents.word.check import check_template
from survey.documents.word.placeholders import Template
from survey.documents.word.render import shipped
from survey.domain.assessment.reports.entries_file import read_entries
from survey.domain.assessment.reports.number_rows import read_values
from survey.domain.assessment.reports.report_check import check_report
from survey.domain.assessment.targets_reader import read_targets
from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.crockford import read_symbols
from survey.domain.ballot.packing import Packing
from survey.domain.ballot.typed_codes import typed_codes
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from survey.secrecy.box import BoxKey, Slot
from survey.secrecy.custody import combine, read_key_file, split
from survey.secrecy.passkey import Known, Site, read_made, read_used
from survey.secrecy.share_input import read_share
from survey.secrecy.token import find_token, new_token, read_token
from survey.secrecy.vault import new_vault, read_vault
from survey.services.campaigns import drafts
from survey.services.custody.carried_share import share_text
from survey.web.public.links import opens_results, read_person
from survey.web.server.receiving import ROOM, Reader, Room
from tests.attack.strangeness import mutated
from tests.attack.world import rich
from tests.authenticator import HOST, ORIGIN, Authenticator, decoded, encoded
from tests.builders import EXAMPLES, built
from tests.documents.assessment.setup.setup_files import sample_workbook
from tests.documents.rosters import GROUPS, SECTIONS, person, workbook
from tests.domain.assessment.sample import sample_actuals, sample_definition, sample_targets
from tests.sample_year import SAMPLE

Read = Callable[[bytes, Path], Any]
"""Reads bytes; whatever has to be a file goes into the folder."""


@dataclass(frozen=True)
class Parser:
    """One of them: what is valid, how it is read, and how often is enough in the ordinary run."""

    valid: Callable[[], Sequence[bytes]]
    read: Read
    usually: int = 150
    packed: bool = False

    def spoilt(self, dice: Random) -> bytes:
        """Return something valid, spoilt; of a ZIP file either the file or one part of it."""
        data = dice.choice(self.valid())
        return _repacked(dice, data) if self.packed and dice.random() < 0.7 else mutated(dice, data)


def _repacked(dice: Random, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = dice.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, mutated(dice, content) if name == chosen else content)
    return out.getvalue()


def _as_file(data: bytes, folder: Path) -> Path:
    path = folder / "given"
    path.write_bytes(data)
    return path


def _definition(data: bytes, folder: Path) -> None:
    read_definition(read_definition_file(_as_file(data, folder)))


def _draft(data: bytes, _folder: Path) -> None:
    drafts.faults(parse_definition(data.decode("utf-8", "replace")))


@cache
def _definitions() -> Sequence[bytes]:
    return [
        (EXAMPLES / f"{name}.toml").read_bytes() for name in ("public-satisfaction", "one-report-two-reviews")
    ]


@cache
def _shares() -> Sequence[str]:
    return [share.as_text() for share in split("x", bytes(range(32)), 3, 2)]


def _combine(data: bytes, _folder: Path) -> bytes:
    return combine([_shares()[0], data.decode("utf-8", "replace")])


@cache
def _pictures() -> Sequence[bytes]:
    png = qr.png(_shares()[0])
    found = [png]
    with Image.open(io.BytesIO(png)) as picture:
        for kind in ("JPEG", "WEBP"):
            out = io.BytesIO()
            picture.convert("RGB").save(out, kind)
            found.append(out.getvalue())
    return found


@cache
def _share_files() -> Sequence[bytes]:
    share = split("x", bytes(range(32)), 3, 2)[0]
    words, digits = share.words.split(), "".join(share.groups)
    sheet = share_sheet_pdf(ShareSheet("测评", 1, 3, 2, words, share.groups))
    numbered = "\n".join(f"{at}. {group}" for at, group in enumerate(share.groups, 1))
    return [share.as_text().encode(), digits.encode(), numbered.encode("utf-16"), qr.png(digits), sheet]


def _key_file(data: bytes, folder: Path) -> bytes:
    return read_key_file(_as_file(data, folder))


@cache
def _key_files() -> Sequence[bytes]:
    return [
        b'{"format": "minping key 1", "campaign": "x", "seed": "' + bytes(range(32)).hex().encode() + b'"}\n'
    ]


@cache
def _packing() -> Packing:
    return Packing(read_definition(rich("x")))


@cache
def _packed() -> Sequence[bytes]:
    texts = {"form.comment": "很好", "q.advice": "多下乡"}
    return [
        _packing().pack(Ballot("A", "7K3M-7K3M-7K3M", (1,) * 6, {"age": (1,), "problems": (0, 2)}, texts)),
        _packing().pack(Ballot("B", "0000-0000-0000", (0,) * 6)),
    ]


def _unpack(data: bytes, _folder: Path) -> None:
    try:
        _packing().unpack(data.ljust(_packing().size, b"\0")[: _packing().size])
    except ValueError:
        return  # what the opening counts as unreadable


@cache
def _box() -> tuple[BoxKey, Sequence[bytes]]:
    key = BoxKey(bytes(32))
    return key, [Slot(key.public_bytes(), b"x").seal(_packed()[0])]


def _codes(data: bytes, folder: Path) -> None:
    _slips(_small(), _read(_as_file(data, folder)), "http://127.0.0.1")


@cache
def _small() -> Definition:
    return built()


@cache
def _code_lists() -> Sequence[bytes]:
    return [write_code_list([("A", new_token()), ("B", new_token())], "http://127.0.0.1")]


def _typed(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "surrogateescape")
    read_symbols(text)
    typed_codes(text)
    find_token(text)
    read_token(text)


def _token(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "replace")
    assert read_person("x", text, b"k") is None
    assert not opens_results("x", 0, text, b"k")


def _head(data: bytes, _folder: Path) -> None:
    """Read requests as they come from a connection, with what looks into them for a login."""
    reader = Reader(_app_of_heads(), Room(ROOM), {}, lambda _request: None, lambda: None)
    for start in range(0, len(data), 50):
        reader.feed(data[start : start + 50])


@cache
def _app_of_heads() -> Flask:
    app = Flask("heads")
    app.secret_key = b"k"
    app.config["SESSION_COOKIE_NAME"] = "minping_admin"
    return app


_HEADS = (
    b"POST /admin/new HTTP/1.1\r\nHost: x\r\nCookie: a=b; minping_admin=eyJfdXNlcl9pZCI6IjEifQ.aQ.AA; c\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc",
    b"POST /admin/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nCookie: minping_admin=x\r\n\r\n"
    b"3\r\nabc\r\n0\r\n\r\n",
    b"GET http://127.0.0.1:8000/admin/?a=b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
)


def _settings(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "replace").replace("\0", "")
    read_settings({"MINPING_BASE_URL": text, "MINPING_DATABASE_URL": text.replace("https", "postgresql")})


def _roster(name: str) -> Read:
    return lambda data, _folder: read_roster(data, name, SECTIONS, GROUPS)


@cache
def _workbooks() -> Sequence[bytes]:
    return [workbook([person(), person("李四", 票种="A票（党政主要领导、班子成员）")])]


def _text_rosters() -> Sequence[bytes]:
    text = "姓名,职务,测评表,票种\n张三,副镇长,领导班子测评表,\n李四,站长,cadres,C\n"
    return [text.encode(code) for code in ("utf-8-sig", "gb18030", "utf-16")]


def _samples(*names: str) -> Callable[[], Sequence[bytes]]:
    return lambda: [(SAMPLE / name).read_bytes() for name in names]


def _targets(data: bytes, _folder: Path) -> None:
    read_targets(sample_definition(), read_rows("targets.csv", data))


def _numbers(data: bytes, _folder: Path) -> None:
    read_values(sample_definition(), sample_targets(), read_rows("values.csv", data))


def _report(data: bytes, _folder: Path) -> None:
    found = check_report(sample_definition(), sample_targets(), sample_actuals(), read_report(data))
    if not found.faults:
        found.settle({warning.place: "核实无误" for warning in found.warnings})


def _entries(data: bytes, _folder: Path) -> None:
    read_entries(sample_definition(), parse_definition(data.decode("utf-8", "replace")))


@cache
def _few_numbers() -> Sequence[bytes]:
    rows = (SAMPLE / "values.csv").read_text("utf-8-sig").splitlines()[:12]
    text, cells = "\n".join(rows), [row.split(",") for row in rows]
    return [
        *(text.encode(encoding) for encoding in ("utf-8-sig", "gb18030", "utf-16")),
        workbook([(*row[:3], float(row[3])) for row in cells[1:]], heads=cells[0]),
    ]


_PASSKEY = Authenticator()
_SITE = Site(HOST, ORIGIN)
_CHALLENGE = {"challenge": encoded(bytes(32))}


@cache
def _made_passkeys() -> list[bytes]:
    return [_PASSKEY.make(_CHALLENGE).encode()]


def _made_passkey(data: bytes, _: Path) -> None:
    read_made(_SITE, bytes(32), data.decode("utf-8", "replace"))


@cache
def _attestations() -> list[bytes]:
    return [decoded(json.loads(_made_passkeys()[0])["response"]["attestationObject"])]


def _attestation(data: bytes, folder: Path) -> None:
    whole = json.loads(_made_passkeys()[0])
    whole["response"]["attestationObject"] = encoded(data)
    _made_passkey(json.dumps(whole).encode(), folder)


@cache
def _used_passkeys() -> list[bytes]:
    return [_PASSKEY.sign(_CHALLENGE).encode()]


def _used_passkey(data: bytes, _: Path) -> None:
    made = read_made(_SITE, bytes(32), _made_passkeys()[0].decode())
    known = [Known(made.credential, made.key)]
    read_used(_SITE, bytes(32), known, data.decode("utf-8", "replace"))


PARSERS = {
    "definition": Parser(_definitions, _definition, 60),
    "draft": Parser(_definitions, _draft, 60),
    "workbook": Parser(_workbooks, _roster("名册.xlsx"), 150, packed=True),
    "roster as text": Parser(_text_rosters, _roster("名册.csv")),
    "targets": Parser(_samples("targets.csv"), _targets, 60),
    "numbers": Parser(_few_numbers, _numbers),
    "report": Parser(_samples("report-t3-2026-05.xlsx"), _report, 150, packed=True),
    "set-up": Parser(lambda: [sample_workbook()], lambda data, _: read_setup(data), 60, packed=True),
    "entries": Parser(_samples("entries.toml"), _entries),
    "Word template": Parser(lambda: [shipped(Template.REPORT)],
                            lambda data, _: check_template(Template.REPORT, data), 20, packed=True),
    "share": Parser(lambda: [text.encode() for text in _shares()],
                    lambda data, _: read_share(data.decode("utf-8", "replace"))),
    "file of a share": Parser(_share_files, lambda data, _: read_share(share_text(data)), 100),
    "shares together": Parser(lambda: [text.encode() for text in _shares()[1:]], _combine),
    "picture of a share": Parser(_pictures, lambda data, _: read_codes(data), 60),
    "key file": Parser(_key_files, _key_file, 600),
    "secrets": Parser(lambda: [new_vault().as_json().encode()],
                      lambda data, _: read_vault(data.decode("utf-8", "replace")), 600),
    "opened ballot": Parser(_packed, _unpack, 400),
    "sealed ballot": Parser(lambda: _box()[1], lambda data, _: _box()[0].open(data, b"x"), 100),
    "code list": Parser(_code_lists, _codes),
    "typed code": Parser(lambda: [new_token().encode()], _typed, 300),
    "person's link": Parser(lambda: [b"WyJ4IiwiYzEiLDEsMV0.AAAAAAAAAAAAAAAAAAAAAAAAAAA"], _token),
    "head of a request": Parser(lambda: _HEADS, _head, 600),
    "made passkey": Parser(_made_passkeys, _made_passkey, 300),
    "what a passkey is made of": Parser(_attestations, _attestation, 600),
    "used passkey": Parser(_used_passkeys, _used_passkey, 300),
    "settings": Parser(lambda: [b"https://minping.example.org:8443"], _settings),
}  # fmt: skip
