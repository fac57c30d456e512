"""How people hand over what they carry: one table, fed to every door that reads it."""

from collections.abc import Callable

HIDDEN = ("\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad")
"""Signs that nobody sees and that come along when something is copied."""


def _words(text: str) -> list[str]:
    return text.splitlines()[-1].split()


def _wide(text: str) -> str:
    return "".join("\u3000" if sign == " " else chr(ord(sign) + 0xFEE0) for sign in text)


SHARES: dict[str, Callable[[str], bytes]] = {
    "as written": lambda text: text.encode(),
    "notepad": lambda text: ("\ufeff" + text.replace("\n", "\r\n")).encode(),
    "ANSI": lambda text: text.encode("gb18030"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without its mark": lambda text: " ".join(_words(text)).encode("utf-16-le"),
    "numbered": lambda text: "\n".join(f"{n}. {word}" for n, word in enumerate(_words(text), 1)).encode(),
    "one a line": lambda text: "\r\n".join(_words(text)).encode(),
    "four letters": lambda text: " ".join(word[:4] for word in _words(text)).encode(),
    "commas": lambda text: ", ".join(_words(text)).encode(),
    "Chinese commas": lambda text: "，".join(_words(text)).encode(),
    "semicolons": lambda text: ";".join(_words(text)).encode(),
    "capitals": lambda text: text.upper().encode(),
    "full width": lambda text: _wide(" ".join(_words(text))).encode(),
    "full-width heads": lambda text: text.replace("#", "＃").encode(),
    "hidden signs": lambda text: "".join(
        word[:2] + HIDDEN[place % len(HIDDEN)] + word[2:] + "\u00a0"
        for place, word in enumerate(_words(text))
    ).encode(),
    "blank rows": lambda text: "\n\n \n".join(_words(text)).encode(),
}
"""A share's file (heads and words), as holders save it again."""
