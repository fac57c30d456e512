"""The list of codes, as it is handed out with the slips and read back to void some of them."""

import csv
import io
from collections.abc import Iterable

HEADER = ("group", "token", "url")


def write_code_list(tokens: Iterable[tuple[str, str]], base_url: str) -> bytes:
    """Write tokens (rater group and token) as CSV in UTF-8, with the address that each leads to."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(HEADER)
    rows.writerows((group, token, address_of(base_url, token)) for group, token in tokens)
    return written.getvalue().encode()


def address_of(base_url: str, token: str) -> str:
    """Return the address that a slip's QR code leads to."""
    return f"{base_url}/v#{token}"
