"""Which roles an account may have, and the one table of what each may do; duties stand beside their code."""

from enum import Enum, StrEnum, auto


class Role(StrEnum):
    """What an account is in its unit; the values are stored, and stand in the log."""

    ORGANISER = "organiser"
    SCRUTINEER = "scrutineer"
    VIEWER = "viewer"
    OWNER = "owner"
    MEMBER = "member"


class Permission(Enum):
    """What an account may be allowed to do; each view declares the one that it asks for."""

    READ_CAMPAIGNS = auto()
    READ_LOG = auto()
    KEEP_OWN_ACCOUNT = auto()
    HOLD_SEATS = auto()
    SET_UP = auto()
    CHANGE_TEMPLATES = auto()
    RUN = auto()
    SECOND_LATE_CODES = auto()
    NOTE_PRESENCE = auto()
    REVIEW_PAPER = auto()
    COUNT = auto()
    JOIN_NAMES = auto()
    RELEASE_NAME_TELLERS = auto()
    SIGN = auto()
    CONFIRM_RESETS = auto()
    COPY_KEY = auto()
    SHRED = auto()
    MODERATE = auto()
    DECIDE = auto()
    PUBLISH = auto()
    ASSESS = auto()
    REOPEN = auto()
    REACH_EVERY_UNIT = auto()
    MANAGE_PEOPLE = auto()
    WATCH = auto()


_EVERYBODY = frozenset(Role)
# A member sees no campaign: it has seats in assessments (domain/assessment/seats.py), and its own account.
_UNIT = _EVERYBODY - {Role.MEMBER}
_RUNNING = frozenset({Role.ORGANISER, Role.OWNER})
_ANSWERING = _UNIT - {Role.VIEWER}
_OWNER = frozenset({Role.OWNER})

_ROLES_WITH = {
    Permission.READ_CAMPAIGNS: _UNIT,
    Permission.READ_LOG: _UNIT,
    Permission.KEEP_OWN_ACCOUNT: _EVERYBODY,
    # What is done there, the seat says.
    Permission.HOLD_SEATS: _EVERYBODY,
    Permission.SET_UP: _RUNNING,
    Permission.CHANGE_TEMPLATES: _RUNNING,
    # Arms, tries, issues and voids codes, opens, extends, closes.
    Permission.RUN: _RUNNING,
    # A viewer answers for nothing.
    Permission.SECOND_LATE_CODES: _ANSWERING,
    Permission.NOTE_PRESENCE: _ANSWERING,
    Permission.REVIEW_PAPER: _ANSWERING,
    Permission.COUNT: _ANSWERING,
    Permission.JOIN_NAMES: _ANSWERING,
    # Who is ill for weeks would hold up the count (docs/decisions/0073).
    Permission.RELEASE_NAME_TELLERS: _OWNER,
    # Whoever signs neither sets up nor runs a campaign, and no owner can.
    Permission.SIGN: frozenset({Role.SCRUTINEER}),
    # The other one who signs, or a second owner (docs/decisions/0019).
    Permission.CONFIRM_RESETS: frozenset({Role.SCRUTINEER, Role.OWNER}),
    # Voters are told that the system administrator keeps the key.
    Permission.COPY_KEY: _OWNER,
    Permission.SHRED: _RUNNING,
    Permission.MODERATE: _RUNNING,
    Permission.DECIDE: _RUNNING,
    Permission.PUBLISH: _RUNNING,
    # The office of the unit's assessments: has that seat in each of them without being given it.
    Permission.ASSESS: _RUNNING,
    # After a restore: ballots cast since the backup are gone.
    Permission.REOPEN: _OWNER,
    # What belongs to other units, and the jobs of other accounts.
    Permission.REACH_EVERY_UNIT: _OWNER,
    Permission.MANAGE_PEOPLE: _OWNER,
    Permission.WATCH: _OWNER,
}


def roles_with(permission: Permission) -> frozenset[Role]:
    """Return the roles that have a permission."""
    return _ROLES_WITH[permission]


def may(role: Role, permission: Permission) -> bool:
    """Check whether a role has a permission."""
    return role in roles_with(permission)
