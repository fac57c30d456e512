"""The turnout as pages may show it while voting runs; the command ``minping turnout`` is exact."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from survey.domain.count.accounting import GroupAccount
from survey.domain.definition.campaign import Campaign, EntryMode, State
from survey.domain.operations.bounded_cache import BoundedCache
from survey.domain.publication.turnout_disclosure import ShownTurnout, TokenCounts, show
from survey.services.results.publishing import COUNTED, accounting
from survey.storage import token_rows
from survey.storage.sms import reply_rows
from survey.storage.token_rows import Turnout

LARGE = 20_000
"""From so many codes on, counting them is left to one request in a while."""
_SHARE = 20
_VOTED = (State.OPEN, State.CLOSED)


@dataclass(frozen=True)
class _Counted:
    turnout: dict[str, Turnout]
    until: float


_kept = BoundedCache[tuple[str, int, bytes | None, State], _Counted](max_entries=1024)


def shown_turnout(session: Session, campaign: Campaign) -> ShownTurnout:
    """Return the turnout by rater group and in total, coarse until voting is over (docs/secrecy.md).

    Of a large campaign it may be some seconds old while voting runs. Of a counted one it is the accounting's:
    its codes do not change any more, and shredding destroys them.
    """
    counted: Mapping[str, Turnout | GroupAccount]
    if campaign.state in COUNTED:
        account = accounting(session, campaign)
        counted, paper = account.groups, account.total.paper or 0
    else:
        recent = campaign.state in _VOTED and not campaign.definition.by_sms
        turnout = _recent(session, campaign) if recent else token_rows.turnout(session, campaign)
        if campaign.definition.by_sms and not campaign.shaken:
            replied = reply_rows.number_by_group(session, campaign)
            turnout = {key: replace(one, returned=replied.get(key, 0)) for key, one in turnout.items()}
        counted, paper = turnout, sum(one.paper for one in turnout.values())
    return show(
        {group: TokenCounts(one.issued, one.voided, one.returned) for group, one in counted.items()},
        running=campaign.state is State.OPEN,
        by_device=campaign.definition.entry is EntryMode.OPEN,
        paper=paper,
    )


def _recent(session: Session, campaign: Campaign) -> dict[str, Turnout]:
    """Count, or give what was counted just now, so that counting takes a twentieth of the time at most."""
    # A number may be given again once a trial run is erased; a key is not.
    key = str(session.get_bind().engine.url), campaign.id, campaign.public_key, campaign.state
    known = _kept.get(key)
    began = time.monotonic()
    if known and began < known.until:
        return known.turnout
    counted = token_rows.turnout(session, campaign)
    if sum(group.issued for group in counted.values()) >= LARGE:
        now = time.monotonic()
        _kept.put(key, _Counted(counted, now + _SHARE * (now - began)))
    return counted
