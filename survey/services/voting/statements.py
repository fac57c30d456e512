"""Ratees' reports that came as files, as a voter's code opens them. Reading one leaves nothing behind."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.campaign import Definition
from survey.domain.definition.canonical import digest_of_text
from survey.domain.definition.form import Ratee
from survey.domain.errors import AlteredStatement, UnknownStatement
from survey.services.campaigns.statement_files import fixed_digest
from survey.storage import statement_rows
from survey.storage.fast_connection import Executor
from survey.storage.statement_rows import StatementFile

from .casting import Ticket

_ASKED = re.compile(r"(\d{4})(\.pdf)?", re.ASCII)


@dataclass(frozen=True)
class OfferedStatement:
    """A file that a ballot offers: what it is asked for by, its pages and bytes, whether it has a text.

    ``asked`` is the ratee's place in the definition, in four digits: requests are equally long for all.
    """

    asked: str
    ratee: Ratee
    file: StatementFile


@dataclass(frozen=True)
class OpenedStatement:
    """What was asked for: the text, with the bytes of the campaign's longest one; or the file."""

    offered: OfferedStatement
    longest: int
    text: str = ""
    content: bytes | None = None


def offered(conn: Executor, ticket: Ticket) -> Mapping[str, OfferedStatement]:
    """Return the files of those whom a code rates, by the ratee's key.

    Raises ``AlteredStatement`` where the campaign's files are not those that were fixed at arming.
    """
    if ticket.statements is None:
        return {}
    return on_ballot(ticket.definition, ticket.form, _listed(conn, ticket))


def opened(conn: Executor, ticket: Ticket, asked: str) -> OpenedStatement:
    """Return a text, or the file where ``asked`` ends in ``.pdf``.

    Raises ``UnknownStatement`` where it is none of those that the code's ballot offers, ``AlteredStatement``.
    """
    found = _ASKED.fullmatch(asked)
    if found is None or ticket.statements is None:
        raise UnknownStatement
    listed = _listed(conn, ticket)
    offers = on_ballot(ticket.definition, ticket.form, listed)
    one = next((one for one in offers.values() if one.asked == found[1]), None)
    if one is None:
        raise UnknownStatement
    code, key = ticket.definition.code, one.ratee.key
    longest = max(file.text_bytes for file in listed)
    if found[2]:
        content = statement_rows.read_content(conn, code, key)
        if content is None or statement_rows.digest_of(content) != one.file.digest:
            raise AlteredStatement
        return OpenedStatement(one, longest, content=content)
    text = statement_rows.read_text(conn, code, key)
    if text is None or digest_of_text(text) != one.file.text_digest:
        raise AlteredStatement
    return OpenedStatement(one, longest, text=text)


def _listed(conn: Executor, ticket: Ticket) -> list[StatementFile]:
    listed = statement_rows.listed(conn, ticket.definition.code)
    if fixed_digest(listed) != ticket.statements:
        raise AlteredStatement
    return listed


def on_ballot(
    definition: Definition, form: BallotForm, listed: Iterable[StatementFile]
) -> Mapping[str, OfferedStatement]:
    """Return those of some files whose ratees are on a ballot, by the ratee's key."""
    files = {file.ratee: file for file in listed}
    rated = {line.ratee.key for line in form.lines}
    return {
        ratee.key: OfferedStatement(f"{place:04d}", ratee, files[ratee.key])
        for place, ratee in enumerate(definition.ratees)
        if ratee.key in rated and ratee.key in files
    }
