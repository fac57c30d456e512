"""What a certificate of a count says: how the ballots came together, fixed by digests and check values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from survey.domain.accounts.account_history import AccountStanding, Hand
from survey.domain.audit.acts import Act
from survey.domain.audit.corrections import Correction
from survey.domain.definition.campaign import Custody
from survey.domain.definition.schema import N_

from .accounting import GroupAccount

STEPS: dict[str, str] = {
    Act.ARM: N_("就绪，生成票箱钥匙"),
    Act.DISARM: N_("退回准备，销毁票箱钥匙"),
    Act.ISSUE: N_("发出投票码"),
    Act.VOID: N_("作废投票码"),
    Act.OPEN: N_("开始投票"),
    Act.REOPEN: N_("恢复后重新开放投票"),
    Act.EXTEND: N_("延长投票"),
    Act.POSTPONE: N_("推迟开始"),
    Act.CORRECT: N_("更正文字"),
    Act.COLLECT: N_("开始收票，结束手机投票"),
    Act.PUT_IN: N_("纸票放入票箱"),
    Act.URN: N_("登记人工清点的纸票"),
    Act.CLOSE: N_("结束投票"),
    Act.SHAKE: N_("打乱票箱"),
    Act.COUNT: N_("开箱计票"),
    Act.RECOUNT: N_("重新计票"),
    Act.RESET_CONFIRMED: N_("确认账号重设属实"),
    Act.SIGN: N_("签字，等待第二人"),
    Act.WITHDRAW: N_("撤回签字"),
    Act.CERTIFY: N_("确认计票结果"),
    Act.SHREDDING: N_("开始销毁"),
    Act.SHRED: N_("销毁完成"),
}
"""The acts of the log whose check values a certificate repeats, each with its name; translated on pages."""


class SigningPart(StrEnum):
    """In which part an account signs; both have the same role."""

    TELLER = "teller"
    SCRUTINEER = "scrutineer"


PARTS: dict[str, str] = {SigningPart.TELLER: N_("计票人"), SigningPart.SCRUTINEER: N_("监票人")}
"""Each part by its name: as it stands on papers, translated on pages."""
CHIEF = N_("总监票人")
"""Who signs papers by hand besides; has no account for it."""


def parts_of(signatures: int) -> tuple[SigningPart, ...]:
    """Return the parts in which a count is signed: both, or where one account signs, the scrutineer's."""
    return tuple(SigningPart) if signatures > 1 else (SigningPart.SCRUTINEER,)


def hands_of(signatures: int) -> tuple[str, ...]:
    """Return who signs papers by hand where so many accounts sign; the chief is one of several."""
    return (*(PARTS[part] for part in parts_of(signatures)), *((CHIEF,) if signatures > 1 else ()))


@dataclass(frozen=True)
class Step:
    """One act: when, what (a key of ``STEPS``), and the check value of the log after it."""

    at: datetime
    act: str
    check_value: str


@dataclass(frozen=True)
class TokensMoved:
    """Codes issued, or voided: when, how many of which rater group, and whether voting had begun.

    ``late`` are groups that were small at opening and got codes after it, each with its codes then;
    ``late_pools`` pools of which too few could rate some ratee then, with the codes that could; ``by`` is
    who issued them, ``second`` the second person who agreed to it.
    """

    at: datetime
    voided: bool
    groups: tuple[tuple[str, int], ...]
    after_opening: bool
    check_value: str
    late: tuple[tuple[str, int], ...] = ()
    late_pools: tuple[tuple[str, int], ...] = ()
    by: str = ""
    second: str | None = None


@dataclass(frozen=True)
class Extension:
    """A later end of the voting: when it was set and by whom, the end before and after."""

    at: datetime
    actor: str
    before: datetime
    to: datetime


@dataclass(frozen=True)
class Signer:
    """Who signed the count: in which part, when, when the account was made, and how it stood then.

    ``standing`` is ``None`` where the count was signed before that was kept.
    """

    part: str
    name: str
    signed_at: datetime
    account_made: datetime | None
    standing: AccountStanding | None = None


@dataclass(frozen=True)
class TellerAct:
    """What another one did to an account that decides on written names: when, who, and why if that is said.

    It was released, admitted or disabled; ``hand`` tells an account from who runs commands on the server.
    """

    name: str
    at: datetime
    by: str
    hand: Hand
    reason: str = ""


@dataclass(frozen=True)
class NameTeller:
    """Who said whom written names mean, and how the account stood when the count was signed.

    ``has_chosen`` says whether it ever chose for a wording: that counts, also after one of ``releases``.
    ``disabled`` is how it stood then, ``disablings`` are those since it took part, also where it was enabled.
    """

    name: str
    standing: AccountStanding
    releases: tuple[TellerAct, ...] = ()
    has_chosen: bool = True
    disabled: bool = False
    admissions: tuple[TellerAct, ...] = ()
    disablings: tuple[TellerAct, ...] = ()


@dataclass(frozen=True)
class Destruction:
    """The destruction of ballots and key; ``confirmed`` say that exported copies and shares are gone."""

    began_at: datetime
    ended_at: datetime | None
    confirmed: tuple[str, ...]


@dataclass(frozen=True)
class Keeping:
    """Who kept the box's private key: the server, with ``exported`` copies, or holders of its shares."""

    custody: Custody | None
    exported: int = 0
    shares: int = 0
    threshold: int = 0
    holders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """All that is certified of one count; nothing in it is a result.

    ``accounts`` are those of the rater groups in order, each with its label. ``destruction`` is ``None``
    while ballots and key still exist, ``signers`` are empty before the count is signed. ``texts_not_kept``
    says of which texts none are kept, in words. ``signatures`` is how many accounts have to sign.
    ``corrections`` is what was corrected after arming, ``names`` what the ratees are called now, by key;
    ``statements_digest`` fixes the reports that came as files. ``counted_by_hand`` are the paper ballots that
    people counted in the urn, ``refused_paper`` those that were scanned and did not get into the box; of the
    accounts only the total says how many came on paper where a group's may not be shown. ``name_tellers``
    decided on the names that are not on a list.
    """

    code: str
    title: str
    organiser: str
    time_zone: str
    is_trial: bool
    is_open_entry: bool
    definition_digest: str
    receipts_digest: str
    count_digest: str
    counted_at: datetime
    accounts: tuple[tuple[str, GroupAccount], ...]
    total: GroupAccount
    keeping: Keeping
    steps: tuple[Step, ...]
    moved: tuple[TokensMoved, ...]
    extensions: tuple[Extension, ...]
    signers: tuple[Signer, ...]
    destruction: Destruction | None
    texts_not_kept: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    signatures: int = 2
    statements_digest: str | None = None
    counted_by_hand: int | None = None
    refused_paper: int = 0
    name_tellers: tuple[NameTeller, ...] = ()

    @property
    def digests(self) -> dict[str, str]:
        """Map what is fixed by a digest (``count``, ``definition``, ``receipts``, ``statements``) to it."""
        fixed = {
            "count": self.count_digest,
            "definition": self.definition_digest,
            "receipts": self.receipts_digest,
        }
        return fixed | ({"statements": self.statements_digest} if self.statements_digest else {})


def receipts_digest(receipts: Sequence[str]) -> str:
    """Return ``sha256:`` and the SHA-256 of a sorted list of receipts, one a line, in hexadecimal.

    These are the bytes that ``minping receipts`` prints, so ``sha256sum`` tells the same.
    """
    return "sha256:" + sha256("".join(f"{receipt}\n" for receipt in receipts).encode()).hexdigest()


def short_digest(digest: str) -> str:
    """Return the 12 characters of a digest that stand in the footer of every document."""
    return digest.removeprefix("sha256:")[:12]
