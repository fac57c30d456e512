"""What a workbook writes in its own way: names of columns, numbers, characters that XML cannot hold."""

import re

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def number_of(column: str) -> int:
    """Return the number of a column named as Excel shows it: A is 1."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def plain_number(written: str) -> str:
    """Write a number as people do: 3.0 is 3."""
    number = float(written)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def unescaped(text: str) -> str:
    """Turn the escapes of characters that XML cannot hold back into those characters."""

    def character(found: re.Match[str]) -> str:
        number = int(found[1], 16)
        return found[0] if 0xD800 <= number <= 0xDFFF else chr(number)

    return _ESCAPED.sub(character, text) if "_x" in text else text
