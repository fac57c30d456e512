"""What people type on a phone brought to one form: width, circles, keycaps and invisible characters."""

import unicodedata

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\u20e3"))
"""Zero width, variation selectors and the keycap: what is left of 3️⃣ is 3."""
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_CIRCLED = (range(0x24F5, 0x24FE), range(0x24FF, 0x2500), range(0x2776, 0x277F))
_MORE_CIRCLED = (range(0x2780, 0x2789), range(0x278A, 0x2793))
"""Digits in circles of which NFKC knows nothing."""
UNREADABLE = "\ufffd"
_DIGITS = "0123456789"


def plain(text: str) -> str:
    """Return a text under NFKC, lower case, spaces as one, each line end as ``\\n``.

    A character that stands for several digits at once (⑩, ½) is no digits: it becomes ``UNREADABLE``.
    """
    even = "".join(map(_plain_character, text.translate(_INVISIBLE)))
    even = unicodedata.normalize("NFKC", even).translate(_DASHES)
    lines = (" ".join(line.split()) for line in even.splitlines())
    return "\n".join(line for line in lines if line).casefold()


def _plain_character(character: str) -> str:
    if any(ord(character) in block for block in (*_CIRCLED, *_MORE_CIRCLED)):
        return str(unicodedata.digit(character))
    form = unicodedata.normalize("NFKC", character)
    digits = [one for one in form if one in _DIGITS]
    if not digits or len(form) == 1:
        return form
    # ⑶ and ⒊ are the digit with what is printed around it; 3月 in one character is no grade.
    return digits[0] if len(digits) == 1 and set(form) <= {*_DIGITS, *"().,"} else UNREADABLE
