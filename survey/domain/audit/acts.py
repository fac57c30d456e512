"""Every act that the audit log records; an older log may hold others, shown as they were recorded."""

from enum import StrEnum


class Act(StrEnum):
    """What was done; the values are stored, and chained by hashes: one that was ever recorded stays."""

    ACCOUNT = "account"
    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 – the name of an act
    LOGIN_LINK = "login-link"
    SECOND_FACTOR = "second-factor"
    SECOND_FACTOR_RESET = "second-factor-reset"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    PASSKEY_CLONED = "passkey-cloned"
    RECOVERY_CODE = "recovery-code"
    RECOVERY_CODES = "recovery-codes"
    SESSIONS_ENDED = "sessions-ended"
    ACCOUNT_DISABLED = "account-disabled"
    ACCOUNT_ENABLED = "account-enabled"
    DRAFT = "draft"
    DRAFT_DELETED = "draft-deleted"
    LOAD = "load"
    STATEMENTS = "statements"
    ARM = "arm"
    DISARM = "disarm"
    SHARE = "share"
    EXPORT_KEY = "export key"
    ISSUE = "issue"
    HAND_OUT = "hand-out"
    VOID = "void"
    OPEN = "open"
    REOPEN = "reopen"
    EXTEND = "extend"
    POSTPONE = "postpone"
    CORRECT = "correct"
    PRESENT = "present"
    PRINT_PAPER = "paper-print"
    COLLECT = "collect"
    SCAN = "scan"
    PUT_IN = "put-in"
    URN = "urn"
    CLOSE = "close"
    SHAKE = "shake"
    COUNT = "count"
    RECOUNT = "recount"
    MODERATE = "moderate"
    SIGN = "sign"
    WITHDRAW = "withdraw"
    CERTIFY = "certify"
    RESET_CONFIRMED = "reset-confirmed"
    SHREDDING = "shredding"
    SHRED = "shred"
    DECIDE = "decide"
    TAKE_BACK = "take-back"
    PUBLISH = "publish"
    TRIAL = "trial"
    ERASE = "erase"
    TEMPLATE = "template"
    TEMPLATE_REMOVED = "template-removed"
    BACKUP = "backup"
    RESTORE = "restore"


PASSWORD_ACTS = frozenset({Act.PASSWORD, Act.LOGIN_LINK})
FACTOR_ACTS = frozenset({Act.SECOND_FACTOR, Act.SECOND_FACTOR_RESET, Act.PASSKEY_ADDED, Act.PASSKEY_REMOVED})
ACCOUNT_CHANGES = frozenset({Act.ACCOUNT, Act.ACCOUNT_ENABLED}) | PASSWORD_ACTS | FACTOR_ACTS
"""The acts after which another person than before may be the one who gets in."""
SHOWN_ACCOUNT_ACTS = ACCOUNT_CHANGES | {Act.ACCOUNT_DISABLED, Act.RECOVERY_CODES}
"""The acts on accounts that everybody in the unit may see."""
OPENING_ACTS = frozenset({Act.OPEN, Act.REOPEN})
"""The acts after which voters are admitted."""
