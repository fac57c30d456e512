"""The SMS key of a campaign: made with its list, looked for by whatever sends or takes a reply."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.definition.rules import SmsRules
from survey.domain.errors import NoSms, SmsKeyLost, WrongState
from survey.secrecy.sms_key import (
    SmsKey,
    destroy_sms_key,
    make_sms_key,
    opt_out_digest,
    read_sms_key,
    sms_key_path,
)
from survey.storage.sms import client_rows
from survey.storage.sms.client_rows import SmsStanding


@dataclass(frozen=True)
class SmsSecrets:
    """What text messages need of an instance: its folder of keys, and the key of its opt-outs."""

    keys: Path
    instance_key: bytes = field(repr=False)

    def opt_out_digest(self, number: str) -> bytes:
        """Return what is kept for good of a number that wants no message."""
        return opt_out_digest(self.instance_key, number)


def rules_of(campaign: Campaign) -> SmsRules:
    """Return the rules by which a campaign asks by text message; raises ``NoSms``."""
    if campaign.definition.by_sms is None:
        raise NoSms(campaign.code)
    return campaign.definition.by_sms


def standing_of(session: Session, campaign: Campaign) -> SmsStanding:
    """Return where a campaign by text message stands; raises ``NoSms``, and ``WrongState`` without a list."""
    rules_of(campaign)
    found = client_rows.standing(session, campaign)
    if found is None:
        raise WrongState(
            f"{campaign.code} has no list of numbers; next: minping sms take {campaign.code} LIST"
        )
    return found


def sms_key_of(session: Session, keys: Path, campaign: Campaign) -> SmsKey:
    """Return the key under which a campaign's list lies.

    Raises ``NoSms``, ``WrongState`` without a list, ``BadFile``, and ``SmsKeyLost``, also for another key.
    """
    standing = standing_of(session, campaign)
    key = read_sms_key(keys, campaign.code)
    if key.name != standing.key_name:
        raise SmsKeyLost(campaign.code)
    return key


def key_for_list(session: Session, keys: Path, campaign: Campaign) -> SmsKey:
    """Return the key for a list that is being taken, made with the first one; needs the campaign's lock.

    A key that no list was taken under was left by an attempt that failed, and is replaced. Raises as
    ``sms_key_of`` does.
    """
    if client_rows.standing(session, campaign) is not None:
        return sms_key_of(session, keys, campaign)
    if sms_key_path(keys, campaign.code).exists():
        destroy_sms_key(keys, campaign.code)
    key = make_sms_key(keys, campaign.code)
    client_rows.begin(session, campaign, key.name)
    return key
