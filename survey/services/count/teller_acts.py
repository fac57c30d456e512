"""What the log says of those who decide on written names: when they came, and what others did to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.accounts.account_history import AccountActs, hand_of
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import TellerAct
from survey.domain.definition.campaign import Campaign
from survey.services.accounts import resets
from survey.services.audit import audit_log
from survey.storage.accounts import account_rows

_ACTS = {Act.NAME_TELLER, Act.NAME_TELLER_RELEASED, Act.NAME_TELLER_ADMITTED, Act.ACCOUNT_DISABLED}


@dataclass(frozen=True)
class TellerActs:
    """What was done in one campaign: ``since`` gives the number in the log at which each first took part.

    ``disablings`` are those of accounts that had taken part; ``back`` took no place since the last of theirs.
    """

    since: Mapping[str, int]
    releases: tuple[TellerAct, ...]
    admissions: tuple[TellerAct, ...]
    disablings: tuple[TellerAct, ...]
    back: frozenset[str]

    def sent_away(self, account: str) -> bool:
        """Return whether an account released, or disabled, another one that had taken part."""
        return any(one.by == account for one in (*self.releases, *self.disablings))

    def has_reset(self, account: str, seen: AccountActs) -> bool:
        """Return whether an account reset one that had taken part, while nobody confirmed that."""
        return any(
            change.actor == account and change.number > number
            for teller, number in self.since.items()
            for change in resets.waits(seen, teller)
        )


def read(session: Session, campaign: Campaign, before: int | None = None) -> TellerActs:
    """Read what was done to those who decide on a campaign's wordings, before a number of the log."""
    accounts = frozenset(one.name for one in account_rows.list_accounts(session))
    since: dict[str, int] = {}
    back: set[str] = set()
    done: dict[str, list[TellerAct]] = {act: [] for act in _ACTS}
    for entry, facts in audit_log.read_acts(session, _ACTS):
        if before is not None and entry.number >= before:
            break
        if entry.act != Act.ACCOUNT_DISABLED and entry.campaign != campaign.code:
            continue
        if entry.act == Act.NAME_TELLER:
            since.setdefault(entry.actor, entry.number)
            back.discard(entry.actor)
            continue
        name = facts["name"]
        if entry.act == Act.ACCOUNT_DISABLED:
            if name not in since:
                continue
            back.add(name)
        hand = hand_of(entry.actor, "", accounts)
        done[entry.act].append(TellerAct(name, entry.at, entry.actor, hand, facts.get("reason", "")))
    return TellerActs(
        since,
        tuple(done[Act.NAME_TELLER_RELEASED]),
        tuple(done[Act.NAME_TELLER_ADMITTED]),
        tuple(done[Act.ACCOUNT_DISABLED]),
        frozenset(back),
    )
