"""Codes issued after opening to groups that were small then, as the audit log has them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.count.accounting import Accounting
from survey.domain.count.late import Late, LateIssue, is_small_electorate, late_numbers
from survey.domain.definition.campaign import Campaign, Definition, EntryMode, State
from survey.services.audit import audit
from survey.storage import campaign_rows, count_rows


@dataclass(frozen=True)
class Opening:
    """How voting began: codes that could be cast then, by rater group; ``None`` where it has not begun.

    ``late`` were issued since, to rows that had too few then: those of a pool are counted together, and a
    row has as many as could rate the ratee whom the fewest may.
    """

    tokens: Counter[str] | None
    late: Late

    def small_groups(self, campaign: Campaign) -> dict[str, int]:
        """Map the rows small at opening to the codes that could rate the same then; empty before."""
        if self.tokens is None:
            return {}
        definition = campaign.definition
        minimum = definition.results.minimum_cell
        found = {row.key: definition.least_electorate(row.key, self.tokens) for row in definition.groups}
        return {row: tokens for row, tokens in found.items() if is_small_electorate(tokens, minimum)}


def read_opening(session: Session, campaign: Campaign) -> Opening:
    """Read how many codes each group had at the first opening, and what small ones got since.

    Codes voided before do not count at opening; those voided since do not lessen the late ones, since
    nobody can tell which of them they were. A reopening after a restore is no opening.
    """
    tokens: Counter[str] = Counter()
    begun: Opening | None = None
    small: dict[str, int] = {}
    late: list[LateIssue] = []
    for entry, facts in audit.current_history(session, campaign.code):
        numbers: Mapping[str, int] = facts.get("groups") or {}
        if entry.act == Act.OPEN and begun is None:
            begun = Opening(Counter(tokens), ())
            small = begun.small_groups(campaign)
        elif entry.act == Act.VOID:
            tokens.subtract(numbers)
        elif entry.act == Act.ISSUE:
            tokens.update(numbers)
            late += [
                LateIssue(row, number, entry.at, facts.get("second") is not None)
                for row, number in by_row(campaign.definition, numbers).items()
                if row in small
            ]
    return Opening(begun.tokens if begun else None, tuple(late))


def by_row(definition: Definition, numbers: Mapping[str, int]) -> dict[str, int]:
    """Add numbers of rater groups up for the rows in which these are counted."""
    found: Counter[str] = Counter()
    for group, number in numbers.items():
        found[definition.row_of.get(group, group)] += number
    return dict(found)


def small_among(session: Session, campaign: Campaign, groups: Iterable[str]) -> dict[str, int]:
    """Map the rows of some groups that were small at opening, as ``Opening.small_groups`` does."""
    small = read_opening(session, campaign).small_groups(campaign)
    rows = dict.fromkeys(campaign.definition.row_of[group] for group in groups)
    return {row: small[row] for row in rows if row in small}


def lacking_presence(session: Session, campaign: Campaign, late: Late) -> list[str]:
    """List the groups with late codes for which nobody noted how many persons were present.

    The devices of an open campaign are in no room where they could be counted.
    """
    definition = campaign.definition
    present = campaign_rows.present(session, campaign)
    devices = definition.groups[0].key if definition.entry is EntryMode.OPEN else None
    return [group for group in late_numbers(late) if group not in present and group != devices]


def awaited(session: Session, campaign: Campaign) -> list[str]:
    """List the groups of a counted campaign whose persons present may still be noted, to sign the count.

    Those with late codes for which nobody had noted them before the count.
    """
    if campaign.state is not State.COUNTED:
        return []
    accounting, late = count_rows.find_accounting(session, campaign)
    return [group for group in late_numbers(late) if accounting.groups[group].present is None]


def with_presence(session: Session, campaign: Campaign, accounting: Accounting) -> Accounting:
    """Fill in the persons present that were noted after the count."""
    noted = campaign_rows.present(session, campaign)
    groups = {
        key: replace(account, present=noted.get(key)) if account.present is None else account
        for key, account in accounting.groups.items()
    }
    known = [account.present for account in groups.values() if account.present is not None]
    total = sum(known) if len(known) == len(groups) else None
    return Accounting(groups, replace(accounting.total, present=total))
