"""The acts of the audit log: their stored words never change, and say the same in the chain."""

from survey.domain.audit.acts import (
    ACCOUNT_CHANGES,
    FACTOR_ACTS,
    PASSWORD_ACTS,
    SHOWN_ACCOUNT_ACTS,
    Act,
)
from survey.domain.definition.canonical import canonical_json

STORED = (
    "account login password login-link second-factor second-factor-reset passkey-added passkey-removed "
    "passkey-cloned recovery-code recovery-codes sessions-ended account-disabled account-enabled draft "
    "draft-deleted load statements arm disarm share export_key issue hand-out void open reopen extend "
    "postpone correct present paper-print collect scan put-in urn sms-list sms-send sms-stop "
    "sms-resume sms-try sms-opt-out sms-end turn close shake count recount moderate name-teller "
    "name-teller-released name-teller-admitted join-names "
    "sign withdraw certify reset-confirmed "
    "shredding shred decide take-back publish trial erase template template-removed "
    "assessment-load assessment-issue assessment-amend assessment-take assessment-close assessment-score "
    "assessment-sign assessment-decide assessment-publish "
    "assessment-archive seat seat-taken report-submit report-approve "
    "report-accept report-return evidence evidence-removed year-record "
    "assessment-end backup restore"
)


def test_acts_are_stored_as_ever() -> None:
    assert [act.value for act in Act] == [word.replace("_", " ") for word in STORED.split()]


def test_an_act_is_written_as_its_word() -> None:
    for act in Act:
        assert canonical_json([1, act, None]) == f'[1,"{act.value}",null]'


def test_acts_on_accounts() -> None:
    assert {"password", "login-link"} == PASSWORD_ACTS
    assert {"second-factor", "second-factor-reset", "passkey-added", "passkey-removed"} == FACTOR_ACTS
    assert {"account", "account-enabled"} | PASSWORD_ACTS | FACTOR_ACTS == ACCOUNT_CHANGES
    assert ACCOUNT_CHANGES | {"account-disabled", "recovery-codes"} == SHOWN_ACCOUNT_ACTS
