"""What no honest client sends: texts, headers and bodies that were trouble to some programme before."""

import random
from urllib.parse import quote_from_bytes

STRANGE = (
    "", " ", "0", "-1", "1", "2", "9" * 30, "9" * 5000, "1" + "0" * 20, "-" + "9" * 19,
    str(2**31), str(2**63), str(2**64),
    "1e9", "1e999999999", "-1e-999999", "NaN", "Infinity", "0x10", "1_000", "٣", "²", "①", "½",
    "𝟘" * 8, "1.5", "1,5", "50%", "1e9%",
    "a\0b", "\0", "\x1b[31m", "\r\nX-Evil: 1", "a\nb", "\t", "\x85", "\u2028", "\ufeff", "\ufffe",
    "\uffff", "\u202e反", "\ud800",
    "é" * 300, "党" * 600, "x" * 5000, "x" * 70_000, "😀" * 40, "e" + "\u0301" * 900,
    "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "{% raw %}", "%s%n%x",
    "' OR '1'='1", "'; DROP TABLE ballots; --", "\\", "\"", "../../../../etc/passwd",
    "..%2f..%2f", "/etc/passwd", "C:\\x", "file:///etc/passwd",
    "http://evil.example/", "//evil.example", "javascript:alert(1)", "=1+1", "+1", "-1+2",
    "@SUM(1)", "=cmd|' /C calc'!A0", "on", "off", "true", "null", "None", "undefined", "[]",
    "{}", "[" * 900,
    "0001-01-01", "9999-12-31", "9999-12-31T23:59", "0001-01-01T00:00", "2026-02-30",
    "2026-11-22T09:00", "2026-11-22T09:00:00+25:00", "24:00", "2026-W01-1",
    "small", "c1", "c1.de", "excellent", "A", "B", "form", "de", "0" * 32, "f" * 32, "g" * 32,
    ".", "..", "-", "_", "__proto__", "constructor", "admin", "*",
)  # fmt: skip
"""Texts; the ones after the row of weeks are keys that exist."""

METHODS = (
    "GET",
    "GET",
    "GET",
    "POST",
    "POST",
    "POST",
    "HEAD",
    "OPTIONS",
    "PUT",
    "DELETE",
    "PATCH",
    "TRACE",
    "BREW",
    "post",
    "",
)

KINDS = (
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7",
    "multipart/form-data; boundary=x",
    "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "y" * 300, "multipart/mixed; boundary=x",
    "application/json", "text/plain", "text/html; charset=none", "application/octet-stream",
    "a/b;" * 400, "multipart/form-data; boundary*=utf-8''%E2", "", "x", "/", "\xff",
)  # fmt: skip

HEADERS: dict[str, tuple[str, ...]] = {
    "HTTP_HOST": ("evil.example", "", "a b", "[::1", "x:99999", "\xff", "a" * 3000,
    "localhost:80:80", "<script>", "@", "127.0.0.1"),
    "HTTP_ACCEPT": ("application/json", "*/*", "text/html;q=x", "application/json;q=-1", ",,,;",
    "a" * 3000, "application/json;q=0", "text/html;q=1e9", "\xff"),
    "HTTP_ACCEPT_ENCODING": ("gzip", "gzip;q=nan", "*;q=0", ";", "gzip;q=0.0001, identity;q=0",
    "br"),
    "HTTP_ACCEPT_LANGUAGE": ("en", "zh;q=0", "x" * 3000, ";;;", "*"),
    "HTTP_COOKIE": ("", "minping_admin=x", "minping_admin=.eJw", "minping_admin=" + "A" * 4000,
    "minping-code=x.y", "minping-code=\"", "=;=;", "a" * 8000, "minping_admin=\xff",
    "minping-devices=x"),
    "HTTP_RANGE": ("bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=0-,0-,0-",
    "bytes=" + ",".join(["0-"] * 300), "x", "bytes=99999999999999999999-", "lines=1-2"),
    "HTTP_IF_NONE_MATCH": ("*", "\"x\"", "W/\"x\"", "\"", "x" * 3000, "\xff"),
    "HTTP_IF_MODIFIED_SINCE": ("x", "Thu, 01 Jan 1970 00:00:00 GMT",
    "Thu, 99 Foo 99999 00:00:00 GMT", "0"),
    "HTTP_IF_RANGE": ("x", "\"x\""),
    "HTTP_AUTHORIZATION": ("Bearer x", "Basic " + "A" * 50, "Basic \xff", "Digest x", "x", ""),
    "HTTP_X_FORWARDED_FOR": ("1.2.3.4", "::1", "x", "1.2.3.4," * 500, "\xff", "", "fe80::1%eth0",
    "999.1.1.1"),
    "HTTP_X_FORWARDED_PROTO": ("https", "javascript", ""),
    "HTTP_X_FORWARDED_HOST": ("evil.example",),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE",),
    "HTTP_REFERER": ("http://evil.example/", "x", "\xff"),
    "HTTP_ORIGIN": ("http://evil.example", "null", "x" * 3000),
    "HTTP_USER_AGENT": ("", "x" * 5000, "\xff\xfe", "sqlmap/1.0", "\0"),
    "HTTP_HX_REQUEST": ("true", "x"),
    "HTTP_HX_CURRENT_URL": ("http://evil.example//evil.example/", "http://[", "javascript:x",
    "\xff", "//x"),
    "HTTP_EXPECT": ("100-continue", "x"),
    "HTTP_TRANSFER_ENCODING": ("chunked", "gzip"),
    "CONTENT_LENGTH": ("", "x", "-1", "0", "1", "9" * 40, " 1", "1_0",
    "٣".encode().decode("latin-1")),
    "REMOTE_ADDR": ("", "x", "::1", "10.0.0.1", "fe80::1%eth0"),
}  # fmt: skip


def a_text(dice: random.Random) -> str:
    """Return one of the strange texts, two of them, or some random characters."""
    kind = dice.random()
    if kind < 0.7:
        return dice.choice(STRANGE)
    if kind < 0.8:
        return dice.choice(STRANGE) + dice.choice(STRANGE)
    return "".join(
        chr(dice.choice((dice.randrange(128), dice.randrange(0x3000), dice.randrange(0x110000))))
        for _ in range(dice.randrange(12))
    )


def encoded(text: str) -> str:
    """Write a text into an address or a form, lone surrogates too; now and then as bytes that are no text."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


def mutated(dice: random.Random, valid: bytes, most: int = 4) -> bytes:
    """Spoil valid bytes: flip, cut out, insert, double or swap pieces, or end early."""
    data = bytearray(valid)
    for _ in range(dice.randint(1, most)):
        at, to = sorted(dice.randrange(len(data) + 1) for _ in range(2))
        match dice.randrange(7):
            case 0 if data:
                data[at % len(data)] ^= 1 << dice.randrange(8)
            case 1:
                del data[at : min(to, at + dice.choice((1, 4, 64, 4096)))]
            case 2:
                data[at:at] = dice.choice(INSERTED)
            case 3:
                data[at:at] = data[at : min(to, at + 512)] * dice.choice((1, 2, 30))
            case 4:
                del data[at:]
            case 5 if data:
                data[at % len(data)] = dice.choice(b"\0\xff\x80 \n\"'[]{}<>=,;&")
            case _:
                data[at:to] = bytes(reversed(data[at : min(to, at + 64)]))
    return bytes(data)


INSERTED = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"9" * 5000, b"1e999999999",
    b"[" * 2000, b"{" * 2000, b'"', b"'", b"\n", b"\r\n", b"=", b".", b",", b"-", b"%", b"&amp;",
    b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>", b"&a;", "\u202e".encode(),
    "党".encode() * 700, b"nan", b"inf", b"true", b"{{7*7}}", b"{%", b"1979-05-27T07:32:00Z",
    b"\x00\x00\x00\x00",
)  # fmt: skip
