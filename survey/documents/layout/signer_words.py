"""How a signer's account came about: papers say it in Chinese, pages in their reader's language."""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from survey.domain.accounts.account_history import (
    AccountStanding,
    Change,
    Confirmed,
    ConfirmingRole,
    Hand,
    Reset,
)
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import NameTeller, Signer, TellerAct

Gettext = Callable[[str], str]


def in_chinese(text: str) -> str:
    """Leave a sentence as it is written here."""
    return text


def paper_lines(signer: Signer, zone: str) -> list[str]:
    """Describe for a paper how a signer's account stood at the signature; empty where that was not kept."""
    return list(account_lines(signer.standing, zone, in_chinese)) if signer.standing else []


def teller_lines(teller: NameTeller, zone: str, _: Gettext) -> Iterator[str]:
    """Describe who was admitted, released or disabled, whether it had chosen, and the account."""
    for one in teller.admissions:
        yield _("先后已有五人认定，%(at)s 由%(actor)s准许另增，理由：%(reason)s。") % _told(one, zone, _)
    for one in teller.releases:
        yield _("%(at)s 由%(actor)s解除，理由：%(reason)s。") % _told(one, zone, _)
    for one in teller.disablings:
        yield _("%(at)s 账号由%(actor)s停用。") % _told(one, zone, _)
    if not teller.has_chosen:
        yield _("没有作过认定。")
    elif teller.releases:
        yield _("所作的认定照样算数。")
    if teller.disabled:
        yield _("签字确认时，账号已停用。")
    yield from account_lines(teller.standing, zone, _, signs=False)


def _told(act: TellerAct, zone: str, _: Gettext) -> dict[str, str]:
    return {"at": moment(act.at, zone), "actor": hand_words(act, _), "reason": act.reason}


def hand_words(act: TellerAct, _: Gettext) -> str:
    """Name who did something to a teller: an account, or the command line."""
    return _account(act.by, act.hand is Hand.MACHINE, _, named=True)


def made_by(signer: Signer) -> str:
    """Describe for a paper who made a signer's account, where that is known."""
    made = signer.standing.made if signer.standing else None
    return f"（由{actor(made, in_chinese)}设立）" if made else ""


def account_lines(
    standing: AccountStanding, zone: str, _: Gettext, *, named: bool = True, signs: bool = True
) -> Iterator[str]:
    """Describe how an account stood: password, second factor, and each reset after arming.

    ``named`` is false where readers are not told who administers, ``signs`` of an account that only decides
    on written names: of that no signer is another one.
    """
    password, factor = standing.password, standing.factor
    yield _("密码：%(said)s") % {"said": _part(password, standing.password_reset, zone, _, named=named)}
    if factor or standing.factor_reset:
        yield _("第二重验证：%(said)s") % {"said": _part(factor, standing.factor_reset, zone, _, named=named)}
    else:
        yield _("第二重验证：没有设置。")
    if not standing.resets:
        yield _("规则冻结以后：没有被他人设立、重设或恢复。")
    for reset in standing.resets:
        yield _("规则冻结以后：%(said)s") % {"said": reset_line(reset, zone, _, named=named, signs=signs)}


def reset_line(reset: Reset, zone: str, _: Gettext, *, named: bool = True, signs: bool = True) -> str:
    """Describe what others did to an account after arming, and who confirmed it."""
    if reset.confirmed:
        then = _confirmation(reset.confirmed, zone, _, named=named, signs=signs)
    elif reset.is_open:
        then = _("还没有人确认。") if signs else _("还没有人确认，确认以前不能认定。")
    else:
        then = _("由服务器管理者所为，不须确认。")
    return _("%(done)s；%(then)s") % {"done": change_line(reset.change, zone, _, named=named), "then": then}


def change_line(change: Change, zone: str, _: Gettext, *, named: bool = True) -> str:
    """Describe when what was done to an account, and by whom."""
    return _("%(at)s 由%(actor)s%(act)s") % {
        "at": moment(change.at, zone),
        "actor": actor(change, _, named=named),
        "act": act_name(change.act, _),
    }


def actor(change: Change, _: Gettext, *, named: bool = True) -> str:
    """Name whose hand it was: an account in quotation marks, so that none passes for the command line."""
    if change.hand is Hand.HOLDER:
        return _("本人")
    return _account(change.actor, change.hand is Hand.MACHINE, _, named=named)


def act_name(act: str, _: Gettext) -> str:
    """Name an act on an account as a verb."""
    names: dict[str, str] = {
        Act.ACCOUNT: _("设立账号"),
        Act.ACCOUNT_ENABLED: _("恢复账号"),
        Act.PASSWORD: _("设置密码"),
        Act.LOGIN_LINK: _("重设密码（给登录链接）"),
        Act.SECOND_FACTOR: _("设置动态口令"),
        Act.SECOND_FACTOR_RESET: _("取消第二重验证"),
        Act.PASSKEY_ADDED: _("添加通行密钥"),
        Act.PASSKEY_REMOVED: _("删除通行密钥"),
    }
    return names.get(act, act)


def moment(at: datetime, zone: str) -> str:
    """Write a moment to the second, in a time zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def _part(own: Change | None, reset: Change | None, zone: str, _: Gettext, *, named: bool) -> str:
    said = []
    if own:
        said.append(change_line(own, zone, _, named=named))
    else:
        said.append(_("本人没有改过"))
    if reset:
        said.append(_("最近一次被他人重设：%(said)s") % {"said": change_line(reset, zone, _, named=named)})
    else:
        said.append(_("没有被他人重设过"))
    return _("；").join(said) + _("。")


def _confirmation(confirmed: Confirmed, zone: str, _: Gettext, *, named: bool, signs: bool) -> str:
    facts = {
        "at": moment(confirmed.at, zone),
        "name": _account(confirmed.actor, confirmed.role is ConfirmingRole.MACHINE, _, named=named),
    }
    if confirmed.role is ConfirmingRole.MACHINE:
        return _("%(at)s 由%(name)s确认属实。") % facts
    if confirmed.role is ConfirmingRole.SIGNER and not signs:
        said = _("%(at)s 经监票人%(name)s确认属实") % facts
    elif confirmed.role is ConfirmingRole.SIGNER:
        said = _("%(at)s 经另一签字人%(name)s书面确认属实") % facts
    else:
        said = _("%(at)s 经另一位系统管理员%(name)s确认属实") % facts
    if confirmed.made is None:
        return said + _("。")
    made = change_line(confirmed.made, zone, _, named=named)
    return _("%(said)s（确认人的账号：%(made)s）。") % {"said": said, "made": made}


def _account(name: str, is_machine: bool, _: Gettext, *, named: bool) -> str:
    if is_machine:
        user = f" {name.removeprefix('command line').strip()}" if named else ""
        return _("服务器命令行%(user)s") % {"user": user}
    return _("账号“%(name)s”") % {"name": name} if named else _("另一账号")
