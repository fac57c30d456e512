"""Gathering what a certificate says, from the log, the count and the signatures under it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.accounts.account_history import from_facts
from survey.domain.audit.acts import OPENING_ACTS, Act
from survey.domain.count.certificate import (
    STEPS,
    Certificate,
    Destruction,
    Extension,
    Keeping,
    NameTeller,
    Signer,
    Step,
    TokensMoved,
    parts_of,
    receipts_digest,
)
from survey.domain.definition.campaign import Campaign, Definition, EntryMode
from survey.domain.errors import WrongState
from survey.domain.operations.bounded_cache import BoundedCache
from survey.domain.publication.written_texts import not_kept
from survey.services.audit import audit, protocol
from survey.services.audit.protocol import LoggedAct
from survey.services.campaigns import correcting
from survey.services.paper.urn import urn_of
from survey.services.results.publishing import COUNTED, SIGNED
from survey.services.voting import late_codes
from survey.storage import count_rows
from survey.storage.campaign_rows import find_campaign

from . import teller_acts
from .counting import texts_left_out

_receipts = BoundedCache[tuple[str, str], str](max_entries=1024)


def certified(session: Session, campaign_code: str) -> Certificate:
    """Return the certificate of a signed count; raises ``WrongState`` before, and ``BrokenLog``."""
    campaign = find_campaign(session, campaign_code)
    campaign.require(*SIGNED, to="certify on paper")
    audit.verify(session)
    correcting.verify(session)
    return gather(session, campaign)


def checkable(session: Session, campaign_code: str) -> Certificate:
    """Return what anybody may compare papers with; raises ``WrongState`` before the signatures.

    The log is not read through for every caller: whoever prints a certificate has it verified.
    """
    campaign = find_campaign(session, campaign_code)
    campaign.require(*SIGNED, to="check")
    if campaign.is_trial:
        raise WrongState(f"cannot check: {campaign_code} is a trial run")
    return gather(session, campaign)


def gather(session: Session, campaign: Campaign) -> Certificate:
    """Put together what is certified of a count, or would be; raises ``WrongState`` before the count."""
    campaign.require(*COUNTED, to="show how it was counted")
    definition = campaign.definition
    digest = count_rows.count_digest(session, campaign)
    accounting = late_codes.with_presence(session, campaign, count_rows.find_accounting(session, campaign)[0])
    done = protocol.acts(session, campaign.code)
    current = protocol.current(done)
    small = late_codes.read_opening(session, campaign).small_groups(campaign)
    urn = urn_of(act.facts for act in current)
    groups = accounting.for_readers(definition.results.minimum_cell).groups
    return Certificate(
        code=campaign.code,
        title=definition.title,
        organiser=definition.organiser,
        time_zone=definition.time_zone,
        is_trial=campaign.is_trial,
        is_open_entry=definition.entry is EntryMode.OPEN,
        definition_digest=definition.digest,
        receipts_digest=_receipts_digest(session, campaign, digest),
        count_digest=digest,
        counted_at=count_rows.counted_at(session, campaign),
        accounts=tuple((g.label, groups[g.key]) for g in definition.groups),
        total=accounting.total,
        keeping=_keeping(campaign, current),
        steps=tuple(Step(act.at, act.act, act.check_value) for act in done if act.act in STEPS),
        moved=_moved(definition, current, small),
        extensions=_extensions(current),
        signers=_signers(session, campaign, done),
        destruction=_destruction(done),
        corrections=correcting.corrections(session, campaign),
        names={ratee.key: ratee.name for ratee in definition.ratees},
        texts_not_kept=not_kept(definition, texts_left_out(session, campaign)),
        signatures=definition.signatures,
        statements_digest=_statements_digest(done),
        counted_by_hand=urn.by_hand,
        refused_paper=urn.refused,
        name_tellers=_name_tellers(session, campaign, done),
    )


def _receipts_digest(session: Session, campaign: Campaign, count: str) -> str:
    """Return the digest of the receipts, worked out once for each count: they can never change."""
    key = campaign.code, count
    digest = _receipts.get(key)
    if digest is None:
        digest = receipts_digest(list(count_rows.receipts(session, campaign)))
        _receipts.put(key, digest)
    return digest


def _keeping(campaign: Campaign, acts: Sequence[LoggedAct]) -> Keeping:
    armed = protocol.last(acts, Act.ARM)
    facts = armed.facts if armed else {}
    return Keeping(
        custody=campaign.custody,
        exported=sum(act.act == Act.EXPORT_KEY for act in acts),
        shares=facts.get("shares") or 0,
        threshold=facts.get("threshold") or 0,
        holders=tuple(facts.get("holders") or ()),
    )


def _statements_digest(acts: Sequence[LoggedAct]) -> str | None:
    # Of the log, whose check value was written down: the campaign's own could be written over.
    armed = protocol.last(acts, Act.ARM)
    return armed.facts.get("statements") if armed else None


def _moved(
    definition: Definition, acts: Sequence[LoggedAct], small: Mapping[str, int]
) -> tuple[TokensMoved, ...]:
    labels = {group.key: group.label for group in definition.groups}
    pools = {pool.key for pool in definition.pools}
    found = []
    # The log's own order tells before from after, whatever the clock said.
    opened = False
    for act in acts:
        opened = opened or act.act in OPENING_ACTS
        if act.act in (Act.ISSUE, Act.VOID):
            numbers = late_codes.by_row(definition, act.facts.get("groups", {}))
            groups = tuple((labels.get(key, key), number) for key, number in numbers.items())
            moved = TokensMoved(act.at, act.act == Act.VOID, groups, opened, act.check_value)
            if opened and not moved.voided:
                late, in_pools = (
                    tuple(
                        (labels[key], small[key]) for key in numbers if key in small and (key in pools) is of
                    )
                    for of in (False, True)
                )
                moved = replace(
                    moved, late=late, late_pools=in_pools, by=act.actor, second=act.facts.get("second")
                )
            found.append(moved)
    return tuple(found)


def _extensions(acts: Sequence[LoggedAct]) -> tuple[Extension, ...]:
    return tuple(
        Extension(
            act.at,
            act.actor,
            datetime.fromisoformat(act.facts["before"]),
            datetime.fromisoformat(act.facts["to"]),
        )
        for act in acts
        if act.act == Act.EXTEND
    )


def _signers(session: Session, campaign: Campaign, acts: Sequence[LoggedAct]) -> tuple[Signer, ...]:
    signed = protocol.last(acts, Act.CERTIFY)
    if signed is None or campaign.state not in SIGNED:
        return ()
    made = {part: signed.facts[part] for part in parts_of(campaign.definition.signatures)}
    under = {one.part: one for one in count_rows.signatures(session, campaign)}
    stood = signed.facts.get("accounts", {})
    return tuple(
        Signer(
            part,
            name,
            under[part].signed_at if part in under else signed.at,
            datetime.fromisoformat(at),
            from_facts(name, stood[part]) if part in stood else None,
        )
        for part, (name, at) in made.items()
    )


def _name_tellers(session: Session, campaign: Campaign, acts: Sequence[LoggedAct]) -> tuple[NameTeller, ...]:
    signed = protocol.last(acts, Act.CERTIFY)
    if signed is None or campaign.state not in SIGNED:
        return ()
    stood = signed.facts.get("name_tellers", {})
    told = teller_acts.read(session, campaign, before=signed.number)
    chose = {act.actor for act in acts if act.act == Act.JOIN_NAMES}
    return tuple(
        NameTeller(
            name,
            from_facts(name, stood[name]),
            tuple(one for one in told.releases if one.name == name),
            name in chose,
            stood[name].get("disabled", False),
            tuple(one for one in told.admissions if one.name == name),
            tuple(one for one in told.disablings if one.name == name),
        )
        for name in sorted(stood)
    )


def _destruction(acts: Sequence[LoggedAct]) -> Destruction | None:
    began = protocol.last(acts, Act.SHREDDING)
    if began is None:
        return None
    ended = protocol.last(acts, Act.SHRED)
    return Destruction(began.at, ended.at if ended else None, tuple(began.facts.get("confirmed", ())))
