"""A ballot to look at: what voters of a group will see, of a campaign that may not even be armed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.campaign import Custody, Definition
from survey.services.voting.casting import Ticket
from survey.services.voting.statements import on_ballot
from survey.storage.statement_rows import StatementFile

from . import pages

CODE = "0000-0000-0000-0000"
RECEIPT = "0000-0000-0000"


def specimen(
    definition: Definition,
    group: str,
    custody: Custody,
    mark: str,
    files: Iterable[StatementFile] = (),
    texts: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a rater group's ballot, rendered as voters get it, with a code that opens nothing.

    ``mark`` stands before the organiser, at the head of the page. Of ``files`` of reports the ``texts`` are
    on the page already, since it can ask for nothing.
    """
    marked = replace(definition, organiser=f"{mark} {definition.organiser}")
    ticket = Ticket(
        0, marked, BallotForm(marked, group), custody, b"", b"", definition.closes_at, trial=False
    )
    reports = on_ballot(marked, ticket.form, files)
    return pages.ballot_page(ticket, CODE, RECEIPT, {}, None, reports=reports, texts=texts)
