"""What is wrong with a list of numbers or one number, and how a message that was tried went, in words."""

import re
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.errors import (
    BadPhoneNumber,
    CellFault,
    ChannelFault,
    ChannelFlaw,
    OptedOut,
    OutsideWindow,
    PhoneFlaw,
)
from survey.domain.sms.incoming import Refused, Sent, Unknown
from survey.web.admin.words.roster import FILE_FAULTS

_NUMBERS = re.compile(r"\+?\d[\d -]{5,}\d")
"""What could be a telephone number in a provider's words."""

NUMBER_FAULTS: Mapping[str, object] = {
    PhoneFlaw.NOT_A_NUMBER: _l("这不是电话号码。请改正。"),
    PhoneFlaw.LANDLINE: _l("这是座机号码，收不到短信。请换成手机号，或删去。"),
    PhoneFlaw.FOREIGN: _l("这不是中国内地的号码。请换成内地的手机号，或删去。"),
    PhoneFlaw.TOO_SHORT: _l("号码太短，手机号是 11 位。请补全。"),
    PhoneFlaw.TOO_LONG: _l("号码太长，手机号是 11 位。请核对。"),
    PhoneFlaw.NOT_MOBILE: _l("没有这样的手机号。请核对。"),
    PhoneFlaw.ROUNDED: _l("号码被 Excel 改成了科学记数，后几位已经丢失。请把这一列设为“文本”，重新填写。"),
}
"""Why a number cannot be sent to, and what to do; the number itself is in none of these sentences."""

LIST_FAULTS: Mapping[str, object] = {
    **NUMBER_FAULTS,
    **FILE_FAULTS,
    "missing": _l("没有填手机号。请填上，或删去这一行。"),
    "double": _l("与第 %(row)s 行是同一个号码。请只留一行。"),
    "unknown-group": _l("没有这个票种，或没有填。请从模板的下拉列表里选。"),
    "unknown-ratee": _l("没有这个测评对象，或没有填。请从模板的下拉列表里选。"),
    "not-rated": _l("这个票种不评这个测评对象。请换一个。"),
    "taken-before": _l("这个号码已在先前导入的名单里。请删去这一行，或者选“全部换成这份名单”。"),
    "formula": _l("是公式。请复制后“选择性粘贴—数值”。"),
    "no-heads": _l("前十行里没有“手机号”这一列。请对照模板，写上表头。"),
    "no-rows": _l("表头下面没有号码。请至少填写一行。"),
}
"""Sentences by the kinds of fault that a list of numbers can have."""

CHANNEL_FAULTS: Mapping[ChannelFlaw, object] = {
    ChannelFlaw.UNREADABLE: _l("文件读不出（%(why)s）。请检查文件的属主和权限。"),
    ChannelFlaw.OPEN_TO_OTHERS: _l("别人也能读这个文件。请运行：chmod 600 %(file)s"),
    ChannelFlaw.NOT_TOML: _l("不是 TOML 格式。请对照 docs/sms.md 里的例子改正。"),
    ChannelFlaw.NOT_TOML_AT: _l("不是 TOML 格式，出错的地方：%(place)s（line 是行，column 是列）。请改正。"),
    ChannelFlaw.UNKNOWN_TABLE: _l("没有这一项。每个通道要写成 [channels.名称]，请改正或删去。"),
    ChannelFlaw.NO_TABLES: _l("每个通道要写成 [channels.名称]。请改正。"),
    ChannelFlaw.NO_TABLE: _l("要写成一张表：[%(table)s]。请改正。"),
    ChannelFlaw.BAD_NAME: _l("通道的名称只能用小写字母、数字和 -，以字母开头。请改名。"),
    ChannelFlaw.NO_ADAPTER: _l("没有这种接法。请从这些里选一种：%(known)s。"),
    ChannelFlaw.UNKNOWN_KEY: _l("没有这一项。可以写的有：%(known)s。请改正或删去。"),
    ChannelFlaw.MISSING: _l("没有填。请填上。"),
    ChannelFlaw.NO_LINE: _l("要填一行文字，至多 %(most)s 个字。请改正。"),
    ChannelFlaw.NO_DIGITS: _l('要填引号里的数字，例如 "106900001234"。请改正。'),
    ChannelFlaw.NO_WORD: _l("只能用字母、数字和 _ . : -，中间没有空格。请改正。"),
    ChannelFlaw.WRONG_LENGTH: _l("要有 %(least)s 到 %(most)s 个字符，没有空格和汉字。请改正。"),
    ChannelFlaw.EXAMPLE: _l("还是说明书里的例子，谁都知道。请换成自己的。"),
    ChannelFlaw.BAD_CHARACTERS: _l("只能用字母、数字、- 和 _。请改正。"),
    ChannelFlaw.GUESSED: _l("容易被猜到。请换成这条命令打印的：%(command)s"),
    ChannelFlaw.NO_WHOLE_NUMBER: _l("要填 %(least)s 到 %(most)s 的整数。请改正。"),
    ChannelFlaw.NO_FLAG: _l("要填 true（是）或 false（否），不加引号。请改正。"),
    ChannelFlaw.NO_PRICE: _l('要填引号里的单价，从 0 到 %(most)s，例如 "0.045"。请改正。'),
    ChannelFlaw.NO_URL: _l("要填网址，例如 https://sms.example.org/send，不带账号和 ? 后的内容。请改正。"),
    ChannelFlaw.PLAIN_HTTP: _l("要以 https:// 开头，只有本机的地址可以用 http://。请改正。"),
    ChannelFlaw.NO_ADDRESSES: _l('要填地址的列表，例如 ["203.0.113.0/24"]。请改正。'),
    ChannelFlaw.NO_TEMPLATES: _l(
        '要填模板的列表，每个写成 { id = "…", text = "…" }，变量不能相连或重名。请改正。'
    ),
    ChannelFlaw.EMPTY_TEMPLATES: _l("一个模板也没有。请至少填一个审核过的。"),
}
"""Sentences by what can be wrong in the file of channels; none repeats what stands there."""


def channel_fault(fault: ChannelFault) -> str:
    """Return where a fault of the file of channels is, what is wrong, and what to do."""
    said = str(CHANNEL_FAULTS[fault.flaw]) % fault.facts
    channels, _dot, place = fault.path.partition(".")
    if channels != "channels" or not place:
        return said
    name, _dot, key = place.partition(".")
    if not key:
        return str(_("通道 %(name)s：%(said)s", name=name, said=said))
    return str(_("通道 %(name)s 的 %(key)s：%(said)s", name=name, key=key, said=said))


def list_fault(fault: CellFault) -> str:
    """Return what is wrong with a cell of a list and what to do; one without a sentence as it was found."""
    found = LIST_FAULTS.get(fault.flaw)
    return str(found) % fault.facts if found else f"{fault.message}; {fault.remedy}"


def list_place(fault: CellFault) -> str:
    """Describe where a fault is, as Excel shows it."""
    word, _space, row = fault.place.partition(" ")
    return str(_("第 %(row)s 行", row=row)) if word == "row" else fault.place


def number_fault(error: BadPhoneNumber) -> str:
    """Return why a number that was typed cannot be sent to."""
    return str(NUMBER_FAULTS[error.flaw])


def tried(outcome: Sent | Refused | Unknown) -> tuple[str, str]:
    """Return how a message that was tried went, as a kind of notice and a sentence; no number is in it."""
    match outcome:
        case Sent():
            return "good", _("已交给短信通道。请看手机是否收到；几分钟还没有收到的，请系统管理员查看通道。")
        case Refused(later=True):
            return "warn", _("没有发出：通道现在不能发，例如没有连上。请稍后再试，或请系统管理员查看。")
        case Refused(why=why):
            return "bad", _("没有发出，通道拒绝：%(why)s", why=_NUMBERS.sub("…", why))
    return "warn", _("不知道发出没有：交给了通道，没有等到答复。请看手机是否收到。")


def not_tried(error: OptedOut | OutsideWindow) -> str:
    """Return why a message that was to be tried was not handed over at all."""
    if isinstance(error, OptedOut):
        return str(_("没有发出：这个号码已拒收，不再给它发短信。请换一个号码。"))
    first, last = error.window
    return str(_("没有发出：这个活动只在 %(first)s–%(last)s 发短信。请到时间再试。", first=first, last=last))
