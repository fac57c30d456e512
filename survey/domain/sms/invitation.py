"""The words of messages that go out, and what a reply to them says on the ballot."""

from collections.abc import Sequence

from survey.domain.ballot.ballot import Posted
from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.rules import SmsRules
from survey.domain.definition.scale import Scale
from survey.domain.errors import NoSms

from .messages import MessageKind
from .reading import ReplyScale

ABSTAIN = "-"
"""What a ballot's field holds for the abstention."""
_ONE = "{title}:{ratee}的服务,{grades}。回复数字即可"
_SEVERAL = "{title}:{ratee}的服务,依次评{lines},{grades}。依次回复,如{example}"
_OPT_OUT = ",拒收请回复R"
_REFUSING = ("拒收", "退订")


def lines_of(definition: Definition, group: str, ratee: str) -> tuple[Line, ...]:
    """List what a client of a rater group answers about a ratee, in the order of the reply."""
    return tuple(line for line in definition.lines_of[group] if line.ratee.key == ratee)


def scales_of(lines: Sequence[Line]) -> tuple[ReplyScale, ...]:
    """Return what each line is answered with."""
    return tuple(_reply_scale(line.scale) for line in lines)


def posted_of(lines: Sequence[Line], positions: Sequence[int]) -> Posted:
    """Return the fields of a ballot with the grades that a reply gives, by their places on the scales."""
    return {
        line.name: [_values(line.scale)[position]] for line, position in zip(lines, positions, strict=True)
    }


def message_text(
    definition: Definition, group: str, ratee: str, kind: MessageKind, *, over: bool = False
) -> str:
    """Write a message to a client; help to a reply that came when all was ``over`` says that.

    Raises ``NoSms``.
    """
    sms = definition.by_sms
    if sms is None:
        raise NoSms(definition.code)
    signature = f"【{sms.sender}】"
    if kind is MessageKind.HELP:
        return signature + (_too_late(definition) if over else _help(definition, group, ratee))
    asked = _asked(definition, sms, group, ratee)
    return f"{signature}提醒:{asked}" if kind is MessageKind.REMINDER else signature + asked


def _asked(definition: Definition, sms: SmsRules, group: str, ratee: str) -> str:
    lines = lines_of(definition, group, ratee)
    text = (sms.text.strip() or (_ONE if len(lines) == 1 else _SEVERAL)).format(
        **_words(definition, lines, ratee)
    )
    if any(word in text for word in _REFUSING):
        return text
    return text.rstrip("。") + _OPT_OUT


def _help(definition: Definition, group: str, ratee: str) -> str:
    lines = lines_of(definition, group, ratee)
    words = _words(definition, lines, ratee)
    how = "请回复一个数字" if len(lines) == 1 else f"请依次回复{len(lines)}个数字,如{words['example']}"
    return f"没有读懂您的回复。{words['ratee']}的服务,{words['grades']}。{how}"


def _too_late(definition: Definition) -> str:
    return f"{definition.title}已截止,感谢参与"


def _words(definition: Definition, lines: Sequence[Line], ratee: str) -> dict[str, str]:
    scale = _reply_scale(lines[0].scale)
    digits = [digit for digit in scale.digits if digit != "0"]
    # 3213: all kinds of grade, the best not first.
    order = [min(2, len(digits) - 1), 1, 0]
    return {
        "title": definition.title,
        "ratee": definition.ratee[ratee].name,
        "lines": "、".join(line.criterion.label for line in lines),
        "grades": "".join(digit + label for digit, label in zip(scale.digits, scale.labels, strict=True)),
        "example": "".join(digits[order[at % len(order)]] for at in range(len(lines))),
    }


def _reply_scale(scale: Scale) -> ReplyScale:
    labels = [grade.label for grade in scale.grades]
    digits = [str(number) for number in range(1, len(labels) + 1)]
    if scale.abstain:
        labels.append(scale.abstain.label)
        digits.append("0")
    return ReplyScale(tuple(labels), tuple(digits))


def _values(scale: Scale) -> tuple[str, ...]:
    return (*(grade.key for grade in scale.grades), ABSTAIN)
