"""Counting: what an opened box gives is judged, and what may be shown of it is kept."""

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.ballot.columns import repeated
from survey.domain.ballot.crockford import threes_of
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import Count, disclose
from survey.domain.count.discrepancies import (
    Discrepancy,
    DiscrepancyKind,
    of_accounting,
    of_copies,
    of_presence,
    of_receipts,
    of_urn,
)
from survey.domain.count.kept_texts import NOTHING_LEFT_OUT, LeftOut, keep_texts
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.paper import urn
from survey.services.voting import late_codes
from survey.storage import campaign_rows, count_rows, token_rows
from survey.storage.campaign_rows import locked_campaign
from survey.storage.count_rows import Signature

from . import name_tellers, written_names
from .opener import Opened

_LEFT_OUT = "texts_left_out"
_OF_THE_BOX = frozenset({DiscrepancyKind.UNREADABLE, DiscrepancyKind.SURPLUS})


@dataclass(frozen=True)
class Counted:
    """The outcome of a count or recount, with what does not add up, and of a count the texts not kept."""

    count: Count
    digest: str
    findings: tuple[Discrepancy, ...]
    recount: bool
    check_value: str
    left_out: LeftOut = NOTHING_LEFT_OUT

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the findings, and what is said of texts not kept, as plain sentences."""
        return (*map(str, self.findings), *((str(self.left_out),) if self.left_out.fields else ()))


def require_countable(campaign: Campaign) -> None:
    """Refuse with ``WrongState`` a campaign whose box cannot be opened now."""
    campaign.require(State.CLOSED, State.COUNTED, to="count")
    if not (campaign.shaken and campaign.forgotten):
        raise WrongState(
            f"cannot count: the shake of {campaign.code} is not finished; next: minping campaign close "
            f"{campaign.code}, which goes on where it stopped"
        )


def keep(session: Session, campaign_code: str, opened: Opened, by: By) -> Counted:
    """Keep of an opened box what may be shown; once counted, compare instead and write only to the log.

    Disclosure is applied in memory: what is withheld is never written, nor are texts that would tell it.
    Raises ``WrongState``.
    """
    campaign = locked_campaign(session, campaign_code)
    require_countable(campaign)
    late = late_codes.read_opening(session, campaign).late
    found = disclose(campaign.definition, opened.tally, _accounting(session, campaign, opened.tally), late)
    findings = tuple(_findings(session, campaign, found.accounting, opened))
    if campaign.state is State.COUNTED:
        return _compared(session, campaign, found, opened, findings, by)
    return _kept(session, campaign, found, opened, findings, by)


def _kept(
    session: Session,
    campaign: Campaign,
    count: Count,
    opened: Opened,
    findings: tuple[Discrepancy, ...],
    by: By,
) -> Counted:
    digest = count_rows.add_count(session, campaign, count, by.at)
    _keep_receipts(session, campaign, opened.receipts)
    kept = keep_texts(campaign.definition, opened.tally, count, opened.texts)
    texts, names = written_names.split_off(kept.texts)
    count_rows.add_texts(session, campaign, texts)
    count_rows.add_names(session, campaign, names)
    campaign_rows.set_state(session, campaign, State.COUNTED)
    check = audit.record(
        session,
        by,
        Act.COUNT,
        campaign.code,
        count=digest,
        copies=opened.repeated,
        notes=list(map(str, findings)),
        **({_LEFT_OUT: asdict(kept.left_out)} if kept.left_out.fields else {}),
    )
    return Counted(count, digest, findings, recount=False, check_value=check, left_out=kept.left_out)


def _compared(
    session: Session,
    campaign: Campaign,
    count: Count,
    opened: Opened,
    findings: tuple[Discrepancy, ...],
    by: By,
) -> Counted:
    kept, digest, _ = count_rows.find_count(session, campaign)
    texts = keep_texts(campaign.definition, opened.tally, count, opened.texts).texts
    same = count_rows.digest_again(session, campaign, count) == digest and not written_names.differ(
        session, campaign, written_names.split_off(texts)[1]
    )
    if not same:
        findings = (*findings, Discrepancy(DiscrepancyKind.RECOUNT))
        # Who signed did so under numbers that are now in doubt.
        count_rows.drop_signatures(session, campaign)
    check = audit.record(
        session,
        by,
        Act.RECOUNT,
        campaign.code,
        count=digest,
        same=same,
        copies=opened.repeated,
        notes=list(map(str, findings)),
    )
    return Counted(kept, digest, findings, recount=True, check_value=check)


def _accounting(session: Session, campaign: Campaign, tally: Tally) -> Accounting:
    present = campaign_rows.present(session, campaign)
    accounts = {}
    for group, turnout in token_rows.turnout(session, campaign).items():
        valid, spoiled = tally.valid[group], tally.spoiled[group]
        accounts[group] = GroupAccount(
            issued=turnout.issued,
            voided=turnout.voided,
            returned=turnout.returned,
            valid=valid,
            spoiled=spoiled,
            unreadable=turnout.returned - valid - spoiled,
            present=present.get(group),
            paper=turnout.paper if campaign.definition.paper else None,
        )
    return Accounting.of(accounts)


def _findings(
    session: Session, campaign: Campaign, accounting: Accounting, opened: Opened
) -> Iterator[Discrepancy]:
    # Persons present stand against signing only; before that they can still be mended.
    yield from (found for found in of_accounting(accounting) if found.kind in _OF_THE_BOX)
    yield from of_copies(opened.repeated)
    again = _times(opened.receipts)
    yield from of_receipts(zip(threes_of(again), again.values(), strict=True))
    yield from _of_urn(session, campaign, accounting)
    if issued_set_differs(session, campaign):
        yield Discrepancy(DiscrepancyKind.ISSUED_SET)


def _of_urn(session: Session, campaign: Campaign, accounting: Accounting) -> Iterator[Discrepancy]:
    if campaign.definition.paper:
        counted = urn.read_urn(session, campaign)
        yield from of_urn(accounting.total.paper, counted.refused, counted.by_hand)


@dataclass(frozen=True)
class StandingCount:
    """A count as it is kept, who has signed it, and what does not add up in it."""

    count: Count
    digest: str
    signatures: tuple[Signature, ...]
    findings: tuple[Discrepancy, ...]
    left_out: LeftOut


def standing(session: Session, campaign: Campaign) -> StandingCount:
    """Return the count of a campaign that was counted."""
    count, digest, _ = count_rows.find_count(session, campaign)
    return StandingCount(
        count,
        digest,
        tuple(count_rows.signatures(session, campaign)),
        tuple(standing_findings(session, campaign, count)),
        texts_left_out(session, campaign),
    )


def texts_left_out(session: Session, campaign: Campaign) -> LeftOut:
    """Return what the log says of the texts that were not kept; a recount adds nothing to it."""
    said: dict[str, Any] | None = audit.last_fact(session, campaign.code, _LEFT_OUT)
    if said is None:
        return NOTHING_LEFT_OUT
    return LeftOut(said["number"], said["untold"], tuple((kind, of) for kind, of in said["fields"]))


def standing_findings(session: Session, campaign: Campaign, count: Count) -> list[Discrepancy]:
    """List what does not add up in a count as it is kept, persons present and the last recount included."""
    found = [
        *of_accounting(count.accounting),
        *of_copies(audit.last_fact(session, campaign.code, "copies") or 0),
        *of_presence(
            count.accounting,
            campaign_rows.present(session, campaign),
            late_codes.lacking_presence(session, campaign, count.late),
        ),
    ]
    found += of_receipts(count_rows.repeated_receipts(session, campaign))
    found += _of_urn(session, campaign, count.accounting)
    # Shredding destroys the codes, and their digest could not be worked out any more.
    if campaign.state in (State.COUNTED, State.CERTIFIED) and issued_set_differs(session, campaign):
        found.append(Discrepancy(DiscrepancyKind.ISSUED_SET))
    if audit.last_fact(session, campaign.code, "same") is False:
        found.append(Discrepancy(DiscrepancyKind.RECOUNT))
    if name_tellers.are_open(session, campaign):
        found.append(Discrepancy(DiscrepancyKind.NAMES_OPEN))
    return found


def issued_set_differs(session: Session, campaign: Campaign) -> bool:
    """Return whether codes were added or taken away outside the programme."""
    named: object = audit.last_fact(session, campaign.code, "issued_set")
    return token_rows.issued_set(session, campaign) != named


def _keep_receipts(session: Session, campaign: Campaign, receipts: "array[int]") -> None:
    """Store receipts that are in order, each once with how often it occurs."""
    again = _times(receipts)
    single = (number for number in receipts if number not in again) if again else receipts
    count_rows.add_receipts(session, campaign, threes_of(single))
    for times in sorted(set(again.values())):
        alike = [number for number in again if again[number] == times]
        count_rows.add_receipts(session, campaign, threes_of(alike), times)


def _times(receipts: "array[int]") -> dict[int, int]:
    """Return how often each receipt occurs that occurs more than once, of receipts in order."""
    return {number: times + 1 for number, times in Counter(repeated(receipts)).items()}
