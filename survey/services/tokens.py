"""Issuing codes, and taking leftover ones out of use."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.campaign import Campaign, Entry, State
from survey.domain.errors import MinpingError, UnknownCode, UnknownGroup, WrongState
from survey.secrecy.token import digest, new_code, read_code
from survey.secrecy.vault import Vault
from survey.storage import ceiling, token_rows
from survey.storage.campaign_rows import locked_campaign

from . import audit
from .audit import By


@dataclass(frozen=True)
class Issued:
    """Fresh codes with their rater groups, shuffled: the only place where they are readable."""

    campaign: Campaign
    codes: tuple[tuple[str, str], ...]
    check_value: str


@dataclass(frozen=True)
class Voided:
    """What became of codes that were to be voided; ``spent`` ones were left alone."""

    voided: int
    before: int
    spent: tuple[str, ...]
    check_value: str


def issue(session: Session, vault: Vault, code: str, numbers: dict[str, int], by: By) -> Issued:
    """Make codes for a campaign that is armed or open.

    ``numbers`` says how many for which rater group; empty, each group gets the number its definition plans,
    once. Raises ``UnknownGroup`` and ``WrongState``.
    """
    campaign = locked_campaign(session, code)
    campaign.require(State.ARMED, State.OPEN, to="issue codes")
    unknown = [group for group in numbers if group not in campaign.definition.group]
    if unknown:
        raise UnknownGroup(
            f'{code} has no rater group "{unknown[0]}"; it has {", ".join(campaign.definition.group)}'
        )
    named = audit.last_fact(session, code, "issued_set")
    if (
        named is not None
        and campaign.definition.entry is not Entry.OPEN
        and named != token_rows.issued_set(session, campaign)
    ):
        raise WrongState(f"codes of {code} were added or removed outside the programme; look into that first")
    planned = not numbers
    if planned:
        numbers = _planned(session, campaign)
    codes = [(group, new_code()) for group, number in numbers.items() for _ in range(number)]
    secrets.SystemRandom().shuffle(codes)
    token_rows.add_tokens(session, campaign, {digest(vault.token_key, made): group for group, made in codes})
    ceiling.forget_room(session, campaign)
    check = audit.record(
        session,
        by,
        "issue",
        code,
        groups=numbers,
        planned=planned,
        issued_set=token_rows.issued_set(session, campaign),
    )
    return Issued(campaign, tuple(codes), check)


def _planned(session: Session, campaign: Campaign) -> dict[str, int]:
    numbers = {group.key: group.issue for group in campaign.definition.groups if group.issue}
    if not numbers:
        raise WrongState(
            f"the definition of {campaign.code} plans no number of codes; name --group and --count"
        )
    if any(detail.get("planned") for _, detail in audit.history(session, campaign.code)):
        raise WrongState(
            f"the codes planned for {campaign.code} were issued already; name --group and --count to add more"
        )
    return numbers


def void(session: Session, vault: Vault, code: str, typed: Iterable[str], by: By) -> Voided:
    """Take codes of leftover or lost slips out of use, before the close.

    Raises ``UnknownCode`` where one is none of this campaign's; then none is voided.
    """
    campaign = locked_campaign(session, code)
    campaign.require(State.ARMED, State.OPEN, to="void codes")
    voided: dict[str, int] = {}
    before, spent = 0, []
    for row, entered in enumerate(typed, 1):
        try:
            written = read_code(entered)
        except UnknownCode as error:
            raise MinpingError(f"row {row} holds no code") from error
        found = token_rows.find_token(session, digest(vault.token_key, written))
        if found is None or found.campaign_id != campaign.id:
            raise MinpingError(f"row {row} holds no code of {code}")
        if found.spent:
            spent.append(written)
        elif token_rows.void_token(session, campaign, found.digest):
            voided[found.group] = voided.get(found.group, 0) + 1
        else:
            before += 1
    check = audit.record(session, by, "void", code, groups=voided, state=campaign.state)
    return Voided(sum(voided.values()), before, tuple(spent), check)
