"""Deciding whom names that are not on a list mean: two accounts, each alone; a third where they differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission, may
from survey.domain.audit.acts import Act
from survey.domain.count.kept_texts import NAME, WrittenText
from survey.domain.count.results import SectionNames
from survey.domain.decisions.written_names import (
    NOBODY,
    NameChoice,
    Person,
    WrittenName,
    agreed,
    by_wording,
    from_record,
    gathered,
    is_split,
    number_open,
    outcome,
    require_person,
    stamp,
    to_record,
    unsigned,
)
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadCredentials, BadName
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import count_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.campaign_rows import find_campaign, locked_campaign

from . import name_tellers


class NameState(StrEnum):
    """How far a wording is decided, as one teller sees it."""

    MINE = "mine"
    OTHERS = "others"
    SPLIT = "split"
    SETTLED = "settled"


@dataclass(frozen=True)
class NameItem:
    """One wording as a teller is shown it: ``mine`` is its choice, ``others`` the choices it may see.

    ``mine`` is ``None`` before; ``others`` are shown once the teller has chosen and two do not agree.
    """

    written: WrittenName
    state: NameState
    mine: Person | None
    others: tuple[NameChoice, ...] = ()
    settled: Person | None = None


@dataclass(frozen=True)
class NameDesk:
    """All wordings of a campaign as one teller sees them.

    ``is_teller`` says whether the account decides; ``reset_by`` names who reset it after arming, while
    nobody else has confirmed that. ``items`` is empty where it does not decide, or not before that.
    ``persons`` are those that this account chose or that are settled, by section: to be picked instead of
    typed again. What another chose alone is not among them.
    """

    is_teller: bool
    items: tuple[NameItem, ...]
    persons: Mapping[str, tuple[Person, ...]]
    undecided: int
    reset_by: str | None = None


def split_off(texts: Iterable[WrittenText]) -> tuple[list[WrittenText], dict[tuple[str, str], int]]:
    """Part what was written into texts, and how often each wording of a name was written."""
    kept = list(texts)
    names = [(one.subject.removeprefix("section:"), one.text) for one in kept if one.kind == NAME]
    return [one for one in kept if one.kind != NAME], gathered(names)


def differ(session: Session, campaign: Campaign, names: Mapping[tuple[str, str], int]) -> bool:
    """Return whether a recount gives other wordings than are kept."""
    kept = {(one.section, one.wording): one.times for one in count_rows.find_names(session, campaign)}
    return kept != names


def desk(session: Session, campaign_code: str, account: str) -> NameDesk:
    """Return the wordings as an account may see them; raises ``WrongState`` where there are none."""
    campaign = find_campaign(session, campaign_code)
    name_tellers.require_names(campaign)
    written = count_rows.find_names(session, campaign)
    chosen = by_wording(count_rows.find_name_choices(session, campaign))
    reset_by = name_tellers.unconfirmed(session, campaign, account)
    is_teller = name_tellers.places(session, campaign).decides(account)
    sees = is_teller and reset_by is None
    # Alike ones together: whoever decides on a name sees its other wordings beside it.
    ordered = sorted(written, key=lambda one: (one.section, one.wording)) if sees else []
    items = [_item(one, chosen.get(one.key, []), account) for one in ordered]
    persons = _persons(written, chosen, account) if sees else {}
    return NameDesk(is_teller, tuple(items), persons, number_open(written, chosen), reset_by)


def _item(written: WrittenName, choices: Sequence[NameChoice], account: str) -> NameItem:
    mine = next((one.person for one in choices if one.account == account), None)
    settled = agreed(choices)
    if settled is not None:
        return NameItem(written, NameState.SETTLED, mine, tuple(choices), settled)
    if mine is None:
        # Who comes third is shown what the two before said: only that is left to decide.
        third = tuple(choices) if is_split(choices) else ()
        return NameItem(written, NameState.MINE, None, third)
    if is_split(choices):
        others = tuple(one for one in choices if one.account != account)
        return NameItem(written, NameState.SPLIT, mine, others)
    return NameItem(written, NameState.OTHERS, mine)


def _persons(
    written: Iterable[WrittenName], chosen: Mapping[str, Sequence[NameChoice]], account: str
) -> dict[str, tuple[Person, ...]]:
    """List by section whom wordings were settled on and whom an account chose itself, by name."""
    found: dict[str, dict[tuple[str, str], Person]] = {}
    for wording in written:
        choices = chosen.get(wording.key, ())
        own = [one.person for one in choices if one.account == account]
        for person in (agreed(choices), *own):
            if person and person.name:
                found.setdefault(wording.section, {}).setdefault(person.compared, person)
    return {
        section: tuple(sorted(persons.values(), key=lambda person: (person.name, person.post)))
        for section, persons in found.items()
    }


def choose(
    session: Session,
    campaign_code: str,
    account: Account,
    chosen: Mapping[str, tuple[str, str] | None],
    by: By,
    loaded: Mapping[str, str] | None = None,
) -> int:
    """Note whom wordings mean, by their keys: name and post, ``None`` for nobody; return how many changed.

    ``loaded`` are the stamps of what the account had chosen when it was asked: what still says that changes
    nothing, and what would undo a choice made since is refused. Signatures that wait give way: they were
    given under other names. Raises ``WrongState``, ``BadCredentials``, and ``BadName`` with the key of the
    wording; then nothing is noted. ``UnconfirmedReset`` where another account reset this one.
    """
    campaign = locked_campaign(session, campaign_code)
    name_tellers.require_may_decide(session, campaign, account)
    if not name_tellers.places(session, campaign).decides(account.name):
        raise BadCredentials(f'"{account.name}" does not decide on the written names of {campaign_code}')
    written = {one.key: one for one in count_rows.find_names(session, campaign)}
    choices = count_rows.find_name_choices(session, campaign)
    by_key = by_wording(choices)
    before = {one.key: one.person for one in choices if one.account == account.name}
    known = _persons(written.values(), by_key, account.name)
    made = {}
    for key, typed in chosen.items():
        if key not in written:
            raise BadName("unknown", "there is no such wording", key)
        was, shown = before.get(key), (loaded or {}).get(key)
        person = NOBODY if typed is None else _person(campaign, written[key].section, typed, key)
        if was is None or was.compared != person.compared:
            # One spelling of a person; but whoever spells the own choice anew means to.
            same = known.get(written[key].section, ())
            person = next((one for one in same if one.compared == person.compared), person)
        if person == was or shown == stamp(person):
            continue
        if shown not in (None, stamp(was)):
            raise BadName("changed", "another choice was made since the page was loaded", key)
        made[key] = person
    for key, person in made.items():
        count_rows.set_name_choice(session, campaign, NameChoice(key, account.name, person))
    if made:
        count_rows.drop_signatures(session, campaign)
        # No name, which would outlast the shredding, and no number: the log is read by others than tellers.
        # Who came round after both were shown is told from who chose alone.
        shown_others = any(is_split(by_key.get(key, ())) for key in made)
        audit.record(session, by, Act.JOIN_NAMES, campaign.code, split=shown_others)
    return len(made)


def _person(campaign: Campaign, section: str, typed: tuple[str, str], key: str) -> Person:
    try:
        return require_person(campaign.definition, section, *typed)
    except BadName as error:
        raise BadName(error.why, str(error), key) from error


def outcome_of(session: Session, campaign: Campaign) -> tuple[SectionNames, ...]:
    """Return what came of a counted campaign's written names as it was signed; nothing of it before.

    A settled choice may be changed until then, and who saw the table before and after would know how often
    that wording was written (docs/secrecy.md).
    """
    if not campaign.definition.takes_names:
        return ()
    record = count_rows.find_named(session, campaign)
    return unsigned(campaign.definition) if record is None else from_record(record)


def to_sign(session: Session, campaign: Campaign, account: Account) -> tuple[SectionNames, ...] | None:
    """Return what will be signed of a campaign's written names, for whoever decides on them or may sign.

    ``None`` for all others, while a wording is open, and once it is signed, when everybody reads it.
    """
    if campaign.state is not State.COUNTED or name_tellers.are_open(session, campaign):
        return None
    decides = name_tellers.places(session, campaign).decides(account.name)
    if not (decides or may(account.role, Permission.SIGN)):
        return None
    if name_tellers.unconfirmed(session, campaign, account.name) is not None:
        return None
    return _outcome(session, campaign)


def _outcome(session: Session, campaign: Campaign) -> tuple[SectionNames, ...]:
    count = count_rows.find_count(session, campaign)[0]
    written, choices = (
        count_rows.find_names(session, campaign),
        count_rows.find_name_choices(session, campaign),
    )
    return outcome(campaign.definition, count, written, choices)


def sign(session: Session, campaign: Campaign) -> dict[str, str]:
    """Fix what came of the written names as the count is signed; return what the log says of it."""
    if not campaign.definition.takes_names:
        return {}
    record = to_record(_outcome(session, campaign))
    count_rows.set_named(session, campaign, record)
    return {"written_names": count_rows.named_digest(session, campaign)}
