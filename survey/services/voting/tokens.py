"""Issuing codes, and taking leftover ones out of use."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, EntryMode, State
from survey.domain.errors import MinpingError, NeedsSecondPerson, UnknownGroup, UnknownToken, WrongState
from survey.secrecy.token import digest, find_token, new_token
from survey.secrecy.vault import Vault
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import token_rows
from survey.storage.campaign_rows import locked_campaign
from survey.storage.database import transaction

from . import late_codes


@dataclass(frozen=True)
class Issued:
    """Fresh codes with their rater groups, shuffled: the only place where they are readable.

    ``late`` maps rows that were small when voting began to the codes that could rate the same then, where
    these codes came after.
    """

    campaign: Campaign
    tokens: tuple[tuple[str, str], ...]
    check_value: str
    late: dict[str, int]


@dataclass(frozen=True)
class Voided:
    """What became of codes that were to be voided, each in its written form.

    ``groups`` says how many of which rater group; ``before`` were voided already; ``spent`` ones were left
    alone; ``unknown`` are no codes of the campaign, as they were entered.
    """

    groups: dict[str, int]
    before: int
    spent: tuple[str, ...]
    unknown: tuple[str, ...]
    check_value: str

    @property
    def voided(self) -> int:
        """Return how many were voided."""
        return sum(self.groups.values())


def issue(
    session: Session,
    vault: Vault,
    campaign_code: str,
    numbers: dict[str, int],
    by: By,
    second: str | None = None,
) -> Issued:
    """Make codes for a campaign that is armed or open, at the wish of whoever owns the server.

    ``numbers`` says how many for which rater group; empty, each group gets the number its definition plans,
    once. Without a ``second`` person who agreed, codes that need one are noted as such. Raises
    ``UnknownGroup`` and ``WrongState``.
    """
    made = make(wanted(session, campaign_code, numbers, alone=True))
    return enter(session, vault, campaign_code, made, planned=not numbers, by=by, second=second, alone=True)


def wanted(
    session: Session,
    campaign_code: str,
    numbers: dict[str, int],
    *,
    second: str | None = None,
    alone: bool = False,
) -> dict[str, int]:
    """Return how many codes of which rater group are to be made.

    Raises what ``issue`` raises, and ``NeedsSecondPerson`` unless somebody may issue ``alone``.
    """
    campaign = locked_campaign(session, campaign_code)
    _require_issuable(session, campaign, numbers, planned=not numbers)
    found = numbers or _planned(campaign)
    _require_second(late_codes.small_among(session, campaign, found), campaign_code, second, alone=alone)
    return found


def make(numbers: dict[str, int]) -> list[tuple[str, str]]:
    """Make codes with their rater groups, shuffled; nothing of it is stored."""
    made = [(group, new_token()) for group, number in numbers.items() for _ in range(number)]
    secrets.SystemRandom().shuffle(made)
    return made


def enter(
    session: Session,
    vault: Vault,
    campaign_code: str,
    made: Sequence[tuple[str, str]],
    *,
    planned: bool,
    by: By,
    second: str | None = None,
    alone: bool = False,
) -> Issued:
    """Store the digests of codes just made: from here on they are issued. Raises what ``wanted`` raises."""
    campaign = locked_campaign(session, campaign_code)
    numbers = dict(Counter(group for group, _ in made))
    _require_issuable(session, campaign, numbers, planned=planned)
    late = late_codes.small_among(session, campaign, numbers)
    _require_second(late, campaign_code, second, alone=alone)
    token_rows.add_tokens(session, campaign, {digest(vault.token_key, token): group for group, token in made})
    token_rows.forget_room(session, campaign)
    check = audit.record(
        session,
        by,
        Act.ISSUE,
        campaign_code,
        groups={group: numbers[group] for group in campaign.definition.rater if group in numbers},
        planned=planned,
        issued_set=token_rows.issued_set(session, campaign),
        **({"late": late, "second": second} if late else {}),
    )
    return Issued(campaign, tuple(made), check, late)


def are_stored(vault: Vault, issued: Issued) -> bool:
    """Return, after a commit whose answer was lost, whether codes were stored; raises ``Unavailable``."""
    with transaction() as session:
        return all(
            token_rows.find_token(session, digest(vault.token_key, token)) for _, token in issued.tokens
        )


def planned_numbers(campaign: Campaign) -> dict[str, int]:
    """Return how many codes the definition plans for which rater group."""
    return {group.key: group.issue for group in campaign.definition.raters if group.issue}


def planned_are_issued(session: Session, campaign_code: str) -> bool:
    """Return whether the codes that the definition plans were issued."""
    return any(detail.get("planned") for _, detail in audit.current_history(session, campaign_code))


def _require_issuable(
    session: Session, campaign: Campaign, numbers: dict[str, int], *, planned: bool
) -> None:
    campaign.require(State.ARMED, State.OPEN, to="issue codes")
    if campaign.definition.by_sms:
        raise WrongState(
            f"cannot issue codes: {campaign.code} asks by sms; next: minping sms take {campaign.code} LIST"
        )
    if campaign.is_collecting:
        raise WrongState(f"cannot issue codes: {campaign.code} collects paper ballots; {campaign.next_step}")
    _require_known(campaign, numbers)
    named = audit.last_fact(session, campaign.code, "issued_set")
    if (
        named is not None
        and campaign.definition.entry is not EntryMode.OPEN
        and named != token_rows.issued_set(session, campaign)
    ):
        raise WrongState(
            f"codes of {campaign.code} were added or removed outside the programme; look into that first"
        )
    if planned and planned_are_issued(session, campaign.code):
        raise WrongState(
            f"the codes planned for {campaign.code} were issued already; name --group and --count to add more"
        )


def _require_known(campaign: Campaign, groups: Iterable[str]) -> None:
    unknown = [group for group in groups if group not in campaign.definition.rater]
    if unknown:
        raise UnknownGroup(
            f'{campaign.code} has no rater group "{unknown[0]}"; '
            f"it has {', '.join(campaign.definition.rater)}"
        )


def _require_second(late: Mapping[str, int], campaign_code: str, second: str | None, *, alone: bool) -> None:
    if late and second is None and not alone:
        groups = ", ".join(late)
        raise NeedsSecondPerson(
            f"{campaign_code} is open, and {groups} had so few codes at opening "
            "that a second person must agree",
            tuple(late),
        )


def _planned(campaign: Campaign) -> dict[str, int]:
    numbers = planned_numbers(campaign)
    if not numbers:
        raise WrongState(
            f"the definition of {campaign.code} plans no number of codes; name --group and --count"
        )
    return numbers


def void(session: Session, vault: Vault, campaign_code: str, typed: Iterable[str], by: By) -> Voided:
    """Take codes of leftover or lost slips out of use, before the close.

    Raises ``MinpingError`` where one is none of this campaign's; then none is voided.
    """
    rows = list(typed)
    voided = void_known(session, vault, campaign_code, rows, by)
    if voided.unknown:
        raise MinpingError(f"row {rows.index(voided.unknown[0]) + 1} holds no code of {campaign_code}")
    return voided


def void_known(session: Session, vault: Vault, campaign_code: str, typed: Iterable[str], by: By) -> Voided:
    """Take codes out of use, as ``void`` does, but only name those that are none of this campaign's."""
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.ARMED, State.OPEN, to="void codes")
    if campaign.is_collecting:
        # Whoever has seen a sheet and knows its code could take that very ballot out of the count.
        raise WrongState(
            f"cannot void codes: {campaign_code} collects paper ballots, and its urn may be open; "
            "leave the codes unused"
        )
    groups: Counter[str] = Counter()
    before, spent, unknown = 0, [], []
    for entered in typed:
        written = _written(entered)
        found = written and token_rows.find_token(session, digest(vault.token_key, written))
        if not written or not found or found.campaign_id != campaign.id:
            unknown.append(entered)
        elif found.spent:
            spent.append(written)
        elif token_rows.void_token(session, campaign, found.digest):
            groups[found.group] += 1
        else:
            before += 1
    check = audit.record(session, by, Act.VOID, campaign_code, groups=dict(groups), state=campaign.state)
    return Voided(dict(groups), before, tuple(spent), tuple(unknown), check)


def void_groups(session: Session, campaign_code: str, groups: Iterable[str], by: By) -> Voided:
    """Take all codes of some rater groups out of use, where the file of their slips is lost.

    Before voting begins only: later nobody could tell whose slips those are. Raises ``UnknownGroup``, and
    ``WrongState``, also where no code of these groups is in use.
    """
    campaign = locked_campaign(session, campaign_code)
    campaign.require(State.ARMED, to="void all codes of a group")
    named = list(groups)
    _require_known(campaign, named)
    voided = {group: token_rows.void_group(session, campaign, group) for group in named}
    numbers = {group: number for group, number in voided.items() if number}
    if not numbers:
        raise WrongState(f"no code of {', '.join(named) or 'these groups'} is in use in {campaign_code}")
    check = audit.record(session, by, Act.VOID, campaign_code, groups=numbers, state=campaign.state)
    return Voided(numbers, 0, (), (), check)


def _written(entered: str) -> str | None:
    try:
        return find_token(entered)
    except UnknownToken:
        return None
