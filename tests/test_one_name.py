"""One name for one thing, on every page and paper: which words do not stand there, and which do instead.

A text that breaks a rule is reworded, not excepted: an exception is for a word that means something else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from survey.web.languages import TRANSLATIONS
from tests.builders import ROOT


@dataclass(frozen=True)
class Rule:
    """What does not stand in a text, the word that does, and why; ``but`` means another thing by it."""

    wrong: str
    right: str
    why: str
    but: tuple[str, ...] = ()


CHINESE = (
    Rule("投票单|纸条|打印票|票单|小票", "票条", "the paper on which a voter is handed a code"),
    Rule(
        "(?<!通行)(?<!安全)密钥|私钥|密匙",
        "钥匙、票箱钥匙",
        "what opens the box is one thing; 通行密钥 and 安全密钥 are the usual names of other things",
        (
            "投票期间密钥由系统管理员保管，计票确认后销毁",  # the promise as it was settled
            "密钥：",  # what authenticators call the field into which it is typed
        ),
    ),
    Rule("选票(?!种)", "测评票", "nobody is elected"),
    Rule("测评卷|测评单|打分表", "测评表", "the form"),
    Rule("(?<!系统)管理员|所有者|超级用户", "系统管理员", "the role owner has one name"),
    Rule("角色", "身份", "what an account is in its unit"),
    Rule(
        "监票账号|监票员|计票员|唱票人|签名人",
        "计票人、监票人；签字账号",
        "who signs, and the accounts for it",
    ),
    Rule(
        "令牌|投票凭证|投票密码|选票码|票码(?<!投票码)",
        "投票码",
        "what a voter holds",
        ("查看 `/metrics` 所需的令牌",),  # what a monitoring system shows
    ),
    Rule("回执号|回执编号|回执单", "回执码", "by which voters find their ballots"),
    Rule(
        "(?:双重|双因素|二次|两步)验证|验证码",
        "第二重验证、动态口令",
        "what is asked for besides the password",
    ),
    Rule(
        "验证器应用|认证器|身份验证器(?<!腾讯身份验证器)", "验证器", "the app that shows one-time passwords"
    ),
    Rule("校验码|核验码|校验和", "校验值", "the characters that fix the log up to an act"),
    Rule("调查活动|评测活动|投票活动", "测评活动", "the campaign"),
)
ENGLISH = (
    Rule(r"\b[Cc]ampaigns?\b", "evaluation", "测评活动 has one name on pages"),
    Rule(r"\b[Tt]ickets?\b", "slip; rater group", "the paper is a slip, the class of voters a rater group"),
    Rule(r"\b[Oo]wners?\b|(?<![Ss]ystem )\badministrators?\b", "system administrator", "the role owner"),
    Rule(r"\b[Tt]okens?\b|\bPINs?\b", "code, voting code", "what a voter holds"),
    Rule(r"\b([Pp]rivate|[Ss]ecret) key\b", "key, box key", "what opens the box is one thing"),
    Rule(
        r"\b[Ww]itness(es)?\b|\bvote counters?\b|\bsignator(y|ies)\b",
        "teller, scrutineer, signer",
        "who signs",
    ),
    Rule(
        r"\b([Aa]uthenticator app|two-factor|two-step|2FA|OTP)\b",
        "authenticator; second factor",
        "one name each",
    ),
    Rule(r"\bone-time numbers?\b", "one-time password", "动态口令 has one name"),
    Rule(r"\b[Ss]hred(s|ded|ding)?\b", "destroy", "销毁 has one name on pages"),
    Rule(r"\b[Cc]riteri(on|a)\b", "line", "项目 has one name on pages"),
)
PLACE = re.compile(r"%\(\w+\)[sd]")
FOLDERS = (("survey", "*.py"), ("survey/forms", "*.toml"), ("templates", "*.html"), ("static/js", "*.js"))


def broken(rules: tuple[Rule, ...], text: str) -> list[str]:
    """List the rules that a text breaks, as sentences."""
    found = []
    for rule in rules:
        rest = PLACE.sub("", text)
        for meant in rule.but:
            rest = rest.replace(meant, "")
        found += [f"“{one[0]}” → {rule.right}: {rule.why}" for one in re.finditer(rule.wrong, rest)]
    return found


def sources() -> Iterator[Path]:
    for folder, pattern in FOLDERS:
        yield from sorted((ROOT / folder).rglob(pattern))
    yield ROOT / "README.zh-CN.md"


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_what_is_said_in_chinese_has_one_name() -> None:
    # The files and not the catalogue: papers speak Chinese only, and stand in no catalogue.
    said = {
        path.relative_to(ROOT).as_posix(): found
        for path in sources()
        if (found := broken(CHINESE, path.read_text(encoding="utf-8")))
    }
    assert said == {}


def test_what_is_said_in_english_has_one_name() -> None:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    said = {
        text: found
        for message in catalogue
        if message.id
        for text in translations(message)
        if (found := broken(ENGLISH, text))
    }
    assert said == {}


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (CHINESE, "请下载投票单"),
        (CHINESE, "请管理员导出密钥"),
        (CHINESE, "另一位监票员的角色"),
        (CHINESE, "选票没有丢失"),
        (ENGLISH, "Ask an owner of the campaign"),
        (ENGLISH, "Tickets and tokens"),
    ],
)
def test_a_wrong_word_is_noticed(rules: tuple[Rule, ...], text: str) -> None:
    assert broken(rules, text)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (CHINESE, "用通行密钥或安全密钥确认，再选票种"),
        (CHINESE, "请系统管理员导出票箱钥匙"),
        (ENGLISH, "The system administrator keeps the box key"),
    ],
)
def test_a_word_that_means_something_else_is_not(rules: tuple[Rule, ...], text: str) -> None:
    assert broken(rules, text) == []


@pytest.mark.parametrize("rule", [rule for rule in CHINESE if rule.but], ids=lambda rule: rule.right)
def test_every_exception_is_needed(rule: Rule) -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    assert [meant for meant in rule.but if meant not in written or not re.search(rule.wrong, meant)] == []
