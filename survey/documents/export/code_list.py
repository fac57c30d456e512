"""The list of codes, as it is handed out with the slips and read back to void some of them."""

import csv
import io
from collections.abc import Iterable, Sequence

from survey.domain.errors import BadFile
from survey.domain.operations.carried_text import text_of, visible

HEADER = ("group", "token", "url")
"""The head for programs, which the command writes."""

OFFICE_HEADER = ("票种", "投票码", "链接")
"""The same columns for an office."""

_SEPARATORS = (",", ";", "\t", "，", "|")


def write_code_list(tokens: Iterable[tuple[str, str]], base_url: str) -> bytes:
    """Write tokens (rater group and token) as CSV in UTF-8, with the address that each leads to."""
    return _written(HEADER, tokens, base_url, "\n").encode()


def write_office_list(tokens: Iterable[tuple[str, str]], base_url: str) -> bytes:
    """Write tokens as ``write_code_list`` does, as Excel reads it: a Chinese head, byte order mark, CRLF."""
    return _written(OFFICE_HEADER, tokens, base_url, "\r\n").encode("utf-8-sig")


def _written(header: Sequence[str], tokens: Iterable[tuple[str, str]], base_url: str, line_end: str) -> str:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator=line_end)
    rows.writerow(header)
    rows.writerows((group, token, address_of(base_url, token)) for group, token in tokens)
    return written.getvalue()


def address_of(base_url: str, token: str) -> str:
    """Return the address that a slip's QR code leads to."""
    return f"{base_url}/v#{token}"


def read_code_list(content: bytes, name: str) -> list[tuple[str, str]]:
    """Return group and token of each row, in the order of the file, as they stand there.

    Its head is either one. Encoding, separator, order of columns and blank rows are as an office programme
    left them. Raises ``BadFile``, naming the file by ``name``.
    """
    text = text_of(content)
    if text is None:
        raise BadFile(f"{name} is no text")
    try:
        rows = _rows(text)
    except csv.Error as error:
        raise BadFile(f"{name} is no list of codes: {error}") from error
    heads = _heads(rows[0]) if rows else []
    group, token = (_place(heads, named) for named in zip(HEADER[:2], OFFICE_HEADER[:2], strict=True))
    if group is None or token is None:
        either = f"{','.join(HEADER)} or {','.join(OFFICE_HEADER)}"
        raise BadFile(f"{name} does not begin with the header {either}")
    short = next((place for place, row in enumerate(rows, 1) if len(row) <= max(group, token)), None)
    if short:
        raise BadFile(f"{name}: row {short} has no code")
    return [(row[group].strip(), row[token].strip()) for row in rows[1:]]


def _rows(text: str) -> list[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    # Windows' line ends and blank rows, which hold nothing or empty cells only.
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [row for row in rows if any(cell.strip() for cell in row)]


def _place(heads: Sequence[str], names: Sequence[str]) -> int | None:
    """Return the first column that has one of these names, if there is one."""
    return next((at for at, head in enumerate(heads) if head in names), None)


def _heads(row: list[str]) -> list[str]:
    return [visible(cell).strip().casefold() for cell in row]
