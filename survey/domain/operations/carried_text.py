"""Text that people carry: in files of any programme, by mail, through the clipboard."""

import codecs
import unicodedata

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


def visible(text: str) -> str:
    """Return a text in plain widths (NFKC), without the signs that nobody sees."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isascii():
        return plain
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
