"""Lists of clients: checked row by row, and taken whole or not at all; and numbers that want no message."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.documents.clients.client_file import read_client_file
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadClientList, CellFault, SmsPlaceTaken
from survey.domain.sms.client_list import Client, read_clients
from survey.secrecy.sms_key import SmsKey
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import token_rows
from survey.storage.campaign_rows import locked_campaign
from survey.storage.sms import client_rows
from survey.storage.sms.client_rows import SmsEntry

from .keys import SmsSecrets, key_for_list, rules_of

_DIGEST_BYTES = 16


@dataclass(frozen=True)
class ListTaken:
    """What became of a list: numbers ``taken`` by rater group, ``left_out`` as opted out, the check value."""

    groups: dict[str, int]
    left_out: int
    check_value: str

    @property
    def taken(self) -> int:
        """Return how many numbers were taken."""
        return sum(self.groups.values())


def check(campaign: Campaign, name: str, content: bytes) -> list[Client]:
    """Read a list of clients, CSV or Excel; raises ``NoSms``, and ``BadClientList`` with all its faults."""
    rules_of(campaign)
    clients, faults = read_clients(campaign.definition, read_client_file(name, content))
    if faults:
        raise BadClientList(faults)
    return clients


def take(
    session: Session,
    secrets_of: SmsSecrets,
    campaign_code: str,
    name: str,
    content: bytes,
    by: By,
    *,
    replacing: bool = False,
) -> ListTaken:
    """Take a list of clients into an armed campaign, whole or not at all.

    Numbers that want no message are left out and counted. As many codes are issued as numbers taken: nobody
    holds them, and at the close those are spent that replies stand for. ``replacing``, what was taken before
    goes, and its codes are void. Raises ``NoSms``, ``WrongState``,
    ``SmsPlaceTaken``, ``BadClientList`` with all faults, ``SmsKeyLost`` and ``BadFile``.
    """
    campaign = locked_campaign(session, campaign_code)
    clients = check(campaign, name, content)
    campaign.require(State.ARMED, to="take a list of numbers")
    _require_place(session, campaign)
    key = key_for_list(session, secrets_of.keys, campaign)
    if replacing:
        _withdraw(session, campaign, by)
    digests = [secrets_of.opt_out_digest(client.number) for client in clients]
    refusing = client_rows.opted_out_among(session, digests)
    wanting = [client for client, digest in zip(clients, digests, strict=True) if digest not in refusing]
    if faults := list(_known_before(session, campaign, key, wanting)):
        raise BadClientList(faults)
    left_out = len(clients) - len(wanting)
    check_value = _store(session, campaign, key, wanting, left_out, by)
    counted = Counter(client.group for client in wanting)
    return ListTaken(
        {group: counted[group] for group in campaign.definition.group if counted[group]},
        left_out,
        check_value,
    )


def _withdraw(session: Session, campaign: Campaign, by: By) -> None:
    """Take back what was listed: nobody was asked yet, and the codes that stood for it are void."""
    voided = {group: token_rows.void_group(session, campaign, group) for group in campaign.definition.group}
    numbers = {group: number for group, number in voided.items() if number}
    client_rows.drop_clients(session, campaign)
    client_rows.change(session, campaign, left_out=0)
    if numbers:
        audit.record(session, by, Act.VOID, campaign.code, groups=numbers, state=campaign.state, sms=True)


def _store(
    session: Session, campaign: Campaign, key: SmsKey, clients: Sequence[Client], left_out: int, by: By
) -> str:
    entries = []
    for client in clients:
        pseudonym = key.pseudonym_of(client.number)
        entries.append(SmsEntry(pseudonym, key.encrypt(client.number, pseudonym), client.group, client.ratee))
    client_rows.add_entries(session, campaign, entries)
    standing = client_rows.standing(session, campaign)
    client_rows.change(session, campaign, left_out=(standing.left_out if standing else 0) + left_out)
    token_rows.add_tokens(
        session, campaign, {secrets.token_bytes(_DIGEST_BYTES): client.group for client in clients}
    )
    groups = dict(Counter(client.group for client in clients))
    audit.record(
        session,
        by,
        Act.ISSUE,
        campaign.code,
        groups=groups,
        planned=False,
        sms=True,
        issued_set=token_rows.issued_set(session, campaign),
    )
    return audit.record(session, by, Act.SMS_LIST, campaign.code, taken=len(clients), opted_out=left_out)


def _known_before(
    session: Session, campaign: Campaign, key: SmsKey, clients: Sequence[Client]
) -> Iterator[CellFault]:
    known = client_rows.pseudonyms(session, campaign)
    for client in clients:
        if known and key.pseudonym_of(client.number) in known:
            said = "this number was taken with an earlier list"
            yield CellFault(client.place, "", "taken-before", said, "delete the row")


def _require_place(session: Session, campaign: Campaign) -> None:
    """Refuse a second campaign whose replies would come in at the same place."""
    rules = rules_of(campaign)
    for other in client_rows.campaigns_with_lists(session):
        theirs = other.definition.by_sms
        over = other.state not in (State.ARMED, State.OPEN) and other.shaken
        if other.id == campaign.id or over or theirs is None:
            continue
        if (theirs.channel, theirs.extension) == (rules.channel, rules.extension):
            raise SmsPlaceTaken(campaign.code, other.code, rules.channel)


def opt_out(session: Session, secrets_of: SmsSecrets, number: str, by: By) -> bool:
    """Note for good that a number in E.164 wants no message; return whether that is new."""
    new = client_rows.opt_out(session, secrets_of.opt_out_digest(number))
    audit.record(session, by, Act.SMS_OPT_OUT, number=1)
    return new
