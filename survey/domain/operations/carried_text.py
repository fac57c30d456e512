"""Text that people carry: in files of any programme, by mail, through the clipboard."""

import codecs
import unicodedata
from typing import BinaryIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 2000


def encoding_of(content: bytes) -> str | None:
    """Return how a text was encoded that an office programme wrote, or ``None`` where it is no text.

    It is known by its mark, then by its zero bytes; what is no UTF-8 is taken for GB18030 ("ANSI").
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    # UTF-16 without its mark is known by its separators and line ends, of which one byte is zero.
    low, high = content[:_SAMPLE:2].count(0), content[1:_SAMPLE:2].count(0)
    if min(low, high) * 4 > max(low, high):
        return None
    if low or high:
        wide = "utf-16-le" if high > low else "utf-16-be"
        return wide if _is_in(content, wide) else None
    if b"\0" in content:
        return None
    return "utf-8" if _is_in(content, "utf-8") else "gb18030"


def _is_in(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def text_of(content: bytes) -> str | None:
    """Return the text of a file, or ``None`` where it is none.

    What its encoding cannot hold is replaced: codes and words of shares are ASCII in all of them.
    """
    encoding = encoding_of(content)
    return None if encoding is None else content.decode(encoding, "replace")


class CarriedLines:
    """The lines of a stream of bytes, one at a time, as whoever types or another programme hands them over.

    Nothing of a line is changed; its end, and the stream's mark of UTF-8 or UTF-16, are no part of it. What
    is in UTF-16 is read to its end at once: it comes out of a file, never from a keyboard.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: list[str] | None = None
        self._begun = False

    def next_line(self) -> str:
        """Return the next line; empty where there is none."""
        if self._waiting is not None:
            return self._waiting.pop() if self._waiting else ""
        line = self._stream.readline()
        if not self._begun and (b"\0" in line or line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))):
            content = text_of(line + self._stream.read())
            self._waiting = [_without_end(one) for one in (content or "").split("\n")][::-1]
            return self.next_line()
        self._begun = True
        return _without_end((text_of(line) or "").removesuffix("\n"))


def _without_end(line: str) -> str:
    return line.removesuffix("\r")


def visible(text: str) -> str:
    """Return a text in plain widths (NFKC), without the signs that nobody sees."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isascii():
        return plain
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
