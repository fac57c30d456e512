"""How people hand over what they carry: one table, fed to every door that reads it."""

import io
import re
from collections.abc import Callable, Sequence
from unicodedata import normalize

from PIL import Image

from survey.documents.layout.qr import png
from survey.documents.pdf.share_sheet import ShareSheet, share_sheet_pdf
from survey.secrecy.share_digits import groups_of

HIDDEN = ("\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad")
"""Signs that nobody sees and that come along when something is copied."""


def _words(text: str) -> list[str]:
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return re.findall("[a-z]+", body)


def _wide(text: str) -> str:
    return "".join("\u3000" if sign == " " else chr(ord(sign) + 0xFEE0) for sign in text)


SHARES: dict[str, Callable[[str], bytes]] = {
    "as written": lambda text: text.encode(),
    "notepad": lambda text: ("\ufeff" + text.replace("\n", "\r\n")).encode(),
    "ANSI": lambda text: text.encode("gb18030"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without its mark": lambda text: " ".join(_words(text)).encode("utf-16-le"),
    "numbered": lambda text: "\n".join(f"{n}. {word}" for n, word in enumerate(_words(text), 1)).encode(),
    "one a line": lambda text: "\r\n".join(_words(text)).encode(),
    "four letters": lambda text: " ".join(word[:4] for word in _words(text)).encode(),
    "commas": lambda text: ", ".join(_words(text)).encode(),
    "Chinese commas": lambda text: "，".join(_words(text)).encode(),
    "semicolons": lambda text: ";".join(_words(text)).encode(),
    "capitals": lambda text: text.upper().encode(),
    "full width": lambda text: _wide(" ".join(_words(text))).encode(),
    "full-width heads": lambda text: text.replace("#", "＃").encode(),
    "hidden signs": lambda text: "".join(
        word[:2] + HIDDEN[place % len(HIDDEN)] + word[2:] + "\u00a0"
        for place, word in enumerate(_words(text))
    ).encode(),
    "blank rows": lambda text: "\n\n \n".join(_words(text)).encode(),
}
"""A share's file (heads and words), as holders save it again."""


def _photo(text: str, kind: str) -> bytes:
    drawn = Image.open(io.BytesIO(png(text))).convert("L").rotate(5, expand=True, fillcolor=190)
    picture = Image.new("L", (1500, 1100), 190)
    picture.paste(drawn, (200, 150))
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def _rows_of(groups: Sequence[str], part: str) -> str:
    return "\n".join(part.join(groups[at : at + 4]) for at in range(0, len(groups), 4))


def _scanned(text: str) -> str:
    return "".join(groups_of(_words(text)))


def _sheet(text: str) -> bytes:
    words = _words(text)
    return share_sheet_pdf(ShareSheet("测评", 1, 3, 2, words, groups_of(words)))


DIGITS: dict[str, Callable[[str], bytes]] = {
    "groups": lambda text: _rows_of(groups_of(_words(text)), " ").encode(),
    "scanned": lambda text: f"{_scanned(text)}\r\n".encode(),
    "dashes": lambda text: "-".join(groups_of(_words(text))).encode(),
    "Chinese commas": lambda text: "，".join(groups_of(_words(text))).encode("gb18030"),
    "threes": lambda text: " ".join(re.findall("...", _scanned(text))).encode(),
    "one by one": lambda text: " ".join(_scanned(text)).encode(),
    "numbered": lambda text: "\n".join(
        f"{n}. {g}" for n, g in enumerate(groups_of(_words(text)), 1)
    ).encode(),
    "numbered in rows": lambda text: _rows_of(
        [f"{n}  {g}" for n, g in enumerate(groups_of(_words(text)), 1)], "   "
    ).encode(),
    "labelled": lambda text: "\n".join(
        f"第{n}组：{_wide(g)}" for n, g in enumerate(groups_of(_words(text)), 1)
    ).encode("utf-16"),
    "hidden signs": lambda text: "\u200b".join([*_scanned(text), ""]).encode(),
    "below remarks": lambda text: f"\ufeff# 第 1 份\r\n＃ 2026\r\n{_scanned(text)}".encode(),
    "picture of the words": lambda text: _photo(" ".join(_words(text)), "PNG"),
    "photograph of the sheet": lambda text: _photo(_scanned(text), "JPEG"),
    "WebP": lambda text: _photo(_scanned(text), "WEBP"),
    "the sheet's file": _sheet,
}
"""The same share in digits, in pictures and as the file of its sheet."""


LINK = "https://minping.example.org/v#"

CODES: dict[str, Callable[[str], str]] = {
    "as printed": lambda code: code,
    "lower case": str.lower,
    "without dashes": lambda code: code.replace("-", ""),
    "with spaces": lambda code: code.replace("-", " "),
    "no-break spaces": lambda code: code.replace("-", "\u00a0"),
    "long dashes": lambda code: code.replace("-", "—"),
    "full width": _wide,
    "hidden signs": lambda code: "\u200b" + code.replace("-", "\u200b-") + "\ufeff",
    "named": lambda code: f"投票码：{code}",
    "named, full width": lambda code: f"投票码：{_wide(code)}。",
    "semicolon": lambda code: f"{code}；",
    "comma": lambda code: f"A,{code},",
    "link": lambda code: LINK + code,
    "link, from a timeline": lambda code: f"{LINK}{code}?from=timeline",
    "link, from a group": lambda code: f"{LINK}{code}&from=groupmessage&isappinstalled=0",
    "link, redirected": lambda code: f"{LINK}{code}#wechat_redirect",
    "link, question before": lambda code: f"{LINK[:-1]}?from=singlemessage&isappinstalled=0#{code}",
    "link, encoded question behind": lambda code: f"{LINK}{code}%3Ffrom%3Dtimeline",
    "link, a slash behind": lambda code: f"{LINK}{code}/",
    "link, encoded fragment": lambda code: f"{LINK[:-1]}%23{code}",
    "link, encoded dashes": lambda code: LINK + code.replace("-", "%2D"),
    "link in a message": lambda code: f"请投票 {LINK}{code.replace('-', '%2d')}，谢谢",
}
"""A voter's code, as it is typed, pasted, scanned and forwarded."""


def _rows(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.splitlines()]


def _parted(text: str, separator: str) -> bytes:
    return "\n".join(separator.join(row) for row in _rows(text)).encode()


def _in_chinese(text: str) -> str:
    return text.replace("group,token,url", "票种,投票码,链接")


SUFFIXES = (
    "?from=timeline",
    "?from=singlemessage&isappinstalled=0",
    "#wechat_redirect",
    "&from=groupmessage",
    "%3Ffrom=timeline",
    "，请大家填写",
    "。",
)
"""What messengers write behind the address of an open survey, and what people write behind it."""


CODE_LISTS: dict[str, Callable[[str], bytes]] = {
    "as written": lambda text: text.encode(),
    "Excel": lambda text: ("\ufeff" + text.replace("\n", "\r\n")).encode(),
    "UTF-16 with tabs": lambda text: _parted(text, "\t").decode().encode("utf-16"),
    "GBK, with a remark": lambda text: "\n".join(
        f"{line},{'备注' if place == 0 else '甲'}" for place, line in enumerate(text.splitlines())
    ).encode("gb18030"),
    "semicolons": lambda text: _parted(text, ";"),
    "blank rows": lambda text: text.replace("\n", "\n\n,,\n \n").encode(),
    "other order": lambda text: "\n".join(",".join(row[::-1]) for row in _rows(text)).encode(),
    "codes before groups": lambda text: "\n".join(f"{b};{a}" for a, b, _ in _rows(text)).encode(),
    "capital heads": lambda text: text.replace("group,token,url", "Group, Token , URL").encode(),
    "Chinese heads": lambda text: _in_chinese(text).encode("utf-8-sig"),
    "Chinese heads, other order, GBK": lambda text: "\n".join(
        ",".join(row[::-1]) for row in _rows(_in_chinese(text))
    ).encode("gb18030"),
    "with a total and who filled it in": lambda text: (
        text + f'合计,{len(_rows(text)) - 1},\n,共{len(_rows(text)) - 1}张,\n填表人：赵某\n"注：用后销毁",,\n'
    ).encode(),
    "quoted": lambda text: ('"' + text.strip().replace(",", '","').replace("\n", '"\n"') + '"').encode(),
    "links for codes": lambda text: "\n".join(
        ",".join([row[0], row[2] if place else row[1], row[2]]) for place, row in enumerate(_rows(text))
    ).encode(),
    "full width": lambda text: "\n".join(
        ",".join([row[0], _wide(row[1]) if place else row[1], row[2]])
        for place, row in enumerate(_rows(text))
    ).encode(),
}
"""A list of codes (``group,token,url``), as office programmes save it again."""


RECEIPTS: dict[str, Callable[[str], str]] = {
    "as shown": lambda receipt: receipt,
    "lower case": str.lower,
    "without dashes": lambda receipt: receipt.replace("-", ""),
    "with spaces": lambda receipt: receipt.replace("-", " "),
    "spaces at its ends": lambda receipt: f"  {receipt}\u3000\r\n",
    "no-break spaces": lambda receipt: receipt.replace("-", "\u00a0"),
    "long dashes": lambda receipt: receipt.replace("-", "—"),
    "full width": _wide,
    "O and l for 0 and 1": lambda receipt: receipt.replace("0", "O").replace("1", "l"),
    "hidden signs": lambda receipt: "\u200b" + receipt.replace("-", "\u200b-\u2060") + "\ufeff",
    "named": lambda receipt: f"回执码：{receipt}",
    "named, lower case": lambda receipt: f"回执码: {receipt.lower()}。",
    "named, full width": lambda receipt: f"回执码：{_wide(receipt)}。",
    "named, with spaces": lambda receipt: f"回执码　{receipt.replace('-', ' ')}",
    "named, without dashes": lambda receipt: f"我的回执码是{receipt.replace('-', '')}，谢谢",
    "a word of four letters before": lambda receipt: f"code {receipt}",
    "named in English": lambda receipt: f"Your receipt: {receipt}.",
    "what the page says": lambda receipt: f"已收到您的测评票\n回执码\n{receipt}\n计票后可查",
    "behind an address": lambda receipt: f"https://minping.example.org/receipt {receipt}",
    "in an address": lambda receipt: f"https://minping.example.org/receipt#{receipt}?from=timeline",
    "in an address, encoded": lambda receipt: f"https://minping.example.org/receipt?r={receipt}".replace(
        "-", "%2D"
    ),
}
"""A receipt, as voters type it, and copy it off the page or out of a message."""


NAMES: dict[str, Callable[[str], str]] = {
    "as written": lambda name: name,
    "spaces at its ends": lambda name: f" {name}\u3000",
    "a space inside": lambda name: f"{name[:1]} {name[1:]}",
    "hidden signs": lambda name: f"\ufeff{name[:1]}\u200b{name[1:]}\u00ad",
    "full width": lambda name: "".join(_wide(sign) if "!" <= sign <= "~" else sign for sign in name),
    "capitals": str.upper,
    "lower case": str.lower,
    "decomposed": lambda name: normalize("NFD", name),
    "end of a line": lambda name: f"{name}\r\n",
}
"""The name of an account, as its holder types or pastes it."""


PASSWORD_FILES: dict[str, Callable[[str], bytes]] = {
    "as written": lambda text: text.encode(),
    "without its last end of line": lambda text: text.removesuffix("\n").encode(),
    "Notepad": lambda text: ("\ufeff" + text.replace("\n", "\r\n")).encode(),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "ANSI": lambda text: text.replace("\n", "\r\n").encode("gb18030"),
    "PowerShell": lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    "UTF-16, big end": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without its mark": lambda text: text.encode("utf-16-le"),
}
"""Passwords, one a line, as they are piped or saved; none of them may lose or win a sign."""


TYPED_PASSWORDS: dict[str, Callable[[str], str]] = {
    "as set": lambda password: password,
    "decomposed": lambda password: normalize("NFD", password),
    "no-break spaces": lambda password: password.replace(" ", "\u00a0"),
    "ideographic spaces": lambda password: password.replace(" ", "\u3000"),
}
"""One password, as different keyboards type it."""
OTHER_PASSWORDS: dict[str, Callable[[str], str]] = {
    "a space more": lambda password: password + " ",
    "full width": lambda password: password.replace("l", "ｌ"),
    "capitals": str.upper,
    "a hidden sign": lambda password: "\u200b" + password,
    "a space less": lambda password: password.replace(" ", "", 1),
}
"""What is another password."""


KIOSKS = (
    "#kiosk",
    "#kiosk?from=timeline",
    "#kiosk&from=groupmessage&isappinstalled=0",
    "#kiosk#wechat_redirect",
)
"""The address of a shared tablet behind ``/v``, as messengers hand it on."""
