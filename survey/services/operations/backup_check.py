"""Whether what is in a database, or in a backup of one, holds together."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Custody, State
from survey.domain.errors import BrokenLog
from survey.services.audit import audit
from survey.services.custody.key_files import key_path
from survey.storage import balance, copying
from survey.storage.campaign_rows import list_campaigns

_KEY_NEEDED = (State.ARMED, State.OPEN, State.CLOSED, State.COUNTED)


@dataclass(frozen=True)
class Checked:
    """What a database holds together by: entries and check value of its log, its campaigns, and its faults.

    ``campaigns`` are pairs of code and state; ``faults`` one sentence each.
    """

    entries: int
    value: str
    campaigns: tuple[tuple[str, State], ...]
    faults: tuple[str, ...]

    def as_line(self) -> str:
        """Say in one line what holds."""
        log = f"{self.entries} log entries, check value {self.value}" if self.value else "the log is broken"
        return f"checked: {log}, {len(self.campaigns)} campaigns, {len(self.faults)} faults"


def examine(path: Path) -> Checked:
    """Check a backup: that its pages are whole, and what is in it; raises ``BadFile`` where it is none."""
    copying.read_mark(path)
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    try:
        with Session(engine) as session:
            return check(session)
    finally:
        engine.dispose()


def check(session: Session) -> Checked:
    """Check the log's chain, and in each campaign that there are as many ballots as spent codes."""
    faults = []
    entries, value = 0, ""
    try:
        entries, value = audit.verify(session)
    except BrokenLog as error:
        faults.append(str(error))
    faults += [f"{code}: ballots and spent codes differ" for code in balance.out_of_balance(session)]
    campaigns = tuple((campaign.code, campaign.state) for campaign in list_campaigns(session))
    return Checked(entries, value, campaigns, tuple(faults))


def missing_keys(session: Session, keys: Path) -> list[Path]:
    """Return the key files that campaigns still need and that are not there: no backup holds one."""
    return [
        path
        for campaign in list_campaigns(session)
        if campaign.custody is Custody.SERVER and campaign.state in _KEY_NEEDED
        if not (path := key_path(keys, campaign.code)).exists()
    ]
