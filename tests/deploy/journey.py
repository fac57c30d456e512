"""Voters and a clerk before a proxy: whole journeys, large, slow, broken off, and no HTTP at all."""

import re
import socket
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from http.client import HTTPSConnection, IncompleteRead
from urllib.parse import urlencode

from tests.secrecy.bytes_on_disk import written_ways

from .fronted import Running, raw_connection, trusting

ADDRESS = "127.0.0.77"
FORWARDED = "203.0.113.77"
AGENT = "RecognisablePhone/77"
TEXT = "只有我会这样写的一句话"
RECEIPT = "ZZZZ-7777-ZZZZ"
LARGE = 200_000
"""Bytes of a body that a voter may send, and that no proxy holds by default."""
TOO_LARGE = 600_000
FILE = 7 << 20


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]


def ask(
    server: Running,
    method: str,
    path: str,
    body: bytes | None = None,
    timeout: float = 30,
    **headers: str,
) -> Answer:
    """Send one request over a connection of its own."""
    connection = HTTPSConnection(
        "127.0.0.1", server.port, timeout=timeout, source_address=(ADDRESS, 0), context=trusting()
    )
    sent = {"X-Forwarded-For": FORWARDED, "Forwarded": f"for={FORWARDED}", "User-Agent": AGENT}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(connection):
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = b""
        # Whoever is refused for the length of a body may be cut off in the middle of the refusal.
        with suppress(IncompleteRead, OSError) if answer.status == 413 else nullcontext():
            content = answer.read()
        return Answer(answer.status, content, {name.lower(): value for name, value in answer.getheaders()})


def send(server: Running, path: str, fields: dict[str, str], **headers: str) -> Answer:
    """Post a form."""
    kind = "application/x-www-form-urlencoded"
    return ask(server, "POST", path, urlencode(fields).encode(), Content_Type=kind, **headers)


def ballot(code: str, filled: int = 0) -> dict[str, str]:
    fields = {"code": code, "c0.k0": "poor", "team.comment": TEXT, "receipt": RECEIPT}
    return fields | ({"pad": "x" * filled} if filled else {})


def vote(server: Running, code: str) -> list[int]:
    """Read, review, cast and be refused in every way; return the statuses."""
    chunks = iter([urlencode(ballot(code)).encode()])
    wrong = code[:-1] + ("0" if code[-1] == "1" else "1")
    return [
        ask(server, "GET", f"/v?code={code}").status,
        send(server, "/v/ballot", {"code": code}).status,
        send(server, "/v/review", ballot(code, LARGE)).status,
        send(server, f"/v/cast?text={urlencode({'': TEXT})}", ballot(code, LARGE) | {"c0.k0": "none"}).status,
        send(server, "/v/cast", ballot(code, LARGE)).status,
        send(server, "/v/cast", ballot(code, LARGE)).status,
        send(server, "/v/cast", ballot(wrong)).status,
        ask(server, "GET", f"/v/{code}").status,
        send(server, "/receipt", {"receipt": RECEIPT}).status,
        send(server, "/v/cast", ballot(code, TOO_LARGE)).status,
        _chunked(server, chunks),
    ]


def _chunked(server: Running, chunks: object) -> int:
    """Send a body without saying how long it will be."""
    connection = HTTPSConnection(
        "127.0.0.1", server.port, timeout=30, source_address=(ADDRESS, 0), context=trusting()
    )
    with closing(connection):
        connection.request("POST", "/v/review", chunks, {"User-Agent": AGENT}, encode_chunked=True)  # type: ignore[arg-type]
        return connection.getresponse().status


def hang_up(server: Running, code: str) -> None:
    """Go away in the middle of casting, and send what is no HTTP at all, or no TLS."""
    body = urlencode(ballot(code, LARGE)).encode()
    head = (
        f"POST /v/cast?{code} HTTP/1.1\r\nHost: x\r\nUser-Agent: {AGENT}\r\n"
        f"Content-Length: {LARGE * 2}\r\n\r\n"
    )
    for sent in (
        head.encode() + body,
        code.encode() + b" \r\n\r\n",
        b"GET /" + code.encode() + b"\xff HTTP/9.9\r\n\r\n",
        b"GET /v/" + code.encode() + b" HTTP/1.1\r\nHost: x\r\nX-Long: " + b"y" * 40_000 + b"\r\n\r\n",
    ):
        with suppress(OSError), raw_connection(server.port, ADDRESS) as raw:
            raw.sendall(sent)
    for sent in (b"GET /v HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"):
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 10, (ADDRESS, 0)) as raw:
            raw.sendall(sent)


def half_sent(server: Running, path: str, code: str) -> socket.socket:
    """Send most of a large body and hold the rest back; the connection is the caller's to close."""
    body = urlencode(ballot(code, LARGE)).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    raw = raw_connection(server.port, ADDRESS)
    raw.sendall(head.encode() + body[:-1000])
    return raw


def unread(server: Running, code: str) -> socket.socket:
    """Ask for a long ballot page and read none of it; the connection is the caller's to close."""
    body = urlencode({"code": code}).encode()
    head = (
        "POST /v/ballot HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    raw = raw_connection(server.port, ADDRESS, receive=4096)
    raw.sendall(head.encode() + body)
    return raw


def upload(server: Running, cookie: str) -> int:
    """Send a file as a clerk does, as large as one may be; return the status."""
    page = ask(server, "GET", "/admin/new", Cookie=cookie)
    assert page.status == 200
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.body.decode())
    assert found
    parts = [
        f'--zzz\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{found[1]}\r\n'.encode(),
        b'--zzz\r\nContent-Disposition: form-data; name="file"; filename="a.toml"\r\n'
        b"Content-Type: application/toml\r\n\r\n",
        f"# {TEXT}\n".encode(),
        b"x" * FILE,
        b"\r\n--zzz--\r\n",
    ]
    kind = "multipart/form-data; boundary=zzz"
    session = page.headers["set-cookie"].partition(";")[0]
    return ask(server, "POST", "/admin/new", b"".join(parts), Cookie=session, Content_Type=kind).status


def needles(*codes: str) -> dict[str, bytes]:
    """Return what must be in no log and no file."""
    wanted = written_ways("text", TEXT) | written_ways("receipt", RECEIPT)
    for code in codes:
        wanted |= written_ways("code", code)
    return wanted | {name: name.encode() for name in (ADDRESS, FORWARDED, AGENT)}
