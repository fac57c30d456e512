"""Files that scanners do not make: PDF built by hand around one picture, TIFF and PNG with heads that lie."""

import struct
import zlib
from collections.abc import Mapping, Sequence


def pdf(*pages: tuple[Mapping[str, str], bytes], content: bytes = b"", size: str = "595 842") -> bytes:
    """Return a PDF whose pages are one picture each: its dictionary and its stream.

    ``content`` is drawn on each page besides.
    """
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    width, height = size.split()
    for entries, data in pages:
        picture = len(objects) + 1
        said = "".join(f"/{key} {value}" for key, value in entries.items())
        objects.append(stream(f"/Type/XObject/Subtype/Image{said}", data))
        drawn = f"q {width} 0 0 {height} 0 0 cm /P Do Q\n".encode() + content
        objects.append(stream("", drawn))
        kids.append(len(objects) + 1)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]/Contents {picture + 1} 0 R"
            f"/Resources<</XObject<</P {picture} 0 R>>/Font<</F<</Type/Font/Subtype/Type1"
            f"/BaseFont/Helvetica>>>>>>>>".encode()
        )
    named = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{named}]>>".encode()
    return written(objects)


def stream(entries: str, data: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries.encode(), len(data), data)


def written(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of these objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = "".join(f"{place:010} 00000 n \n" for place in places).encode()
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + tail


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG that says it is so large, and has this for pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(data)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def tiff(width: int, height: int, *, pages: int = 1, circle: bool = False) -> bytes:
    """Return a TIFF whose pages say they are so large; in a ``circle`` the first comes after the last."""
    entries = (
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, min(width * height, 0xFFFFFFFF)),
    )
    body = struct.pack("<H", len(entries))
    body += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    places = [8 + at * (len(body) + 4) for at in range(pages)]
    follow = [*places[1:], 8 if circle else 0]
    return b"II*\0" + struct.pack("<I", 8) + b"".join(body + struct.pack("<I", place) for place in follow)


def jbig2(width: int, height: int, group4: bytes) -> bytes:
    """Return a JBIG2 stream as PDF has it: one generic region, coded as a fax is."""
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\x01" + group4
    out = b""
    for number, (kind, data) in enumerate(((48, page), (38, region), (49, b""))):
        out += struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data
    return out
