"""What is wrong with a share, in words for the person who holds it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.errors import BadShare
from survey.secrecy.share_digits import GROUP_DIGITS, GROUPS, WORDS
from survey.services.custody.share_distribution import MAX_HOLDERS, MAX_NAME_LENGTH

_PLAIN = {
    "words": _l("词不对。请对照您抄下的内容再填一次；没有抄好的，可以返回再看。"),
    "other-share": _l("这不是刚才给您看的那一份。请扫描或输入您手里这一份。"),
    "empty": _l("没有读到内容。请输入这一份的数字或词，或选择文件。"),
    "damaged": _l("词与词对不上，至少有一个写错了。请逐词对照原件。"),
    "digits": _l("每组单看都对，合起来却不是一份。请逐组对照原件，看有没有抄错、抄重。"),
    "other-set": _l("这一份与已收到的不属于同一套，可能是其他活动的。已收到的不受影响。"),
    "other-box": _l(
        "这几份能拼成一把钥匙，但不是本次测评的票箱钥匙。请核对各份属于哪项活动，必要时取出后重交。"
    ),
    "enough": _l("份数已经够了，请直接开箱计票。"),
    "picture": _l("没有从图片里读到二维码。请把二维码拍得更大、更清楚，或改为输入数字。"),
    "other-code": _l("图片里的二维码不是钥匙份额。请拍这一份上的二维码，或改为输入数字。"),
    "several": _l("图片里有几份不同的份额。请一次只拍一份。"),
    "pdf": _l("从这个 PDF 里读不出份额。请拍纸上的二维码，或输入数字。"),
    "file": _l("这个文件里读不出份额。请选择份额文件，或 JPG、PNG 格式的二维码照片；也可以输入数字。"),
}


def sentence(error: BadShare) -> str:
    """Return the sentence that says what is wrong and what to do."""
    return str(_PLAIN[error.why] if error.why in _PLAIN else _worked_out(error))


def _worked_out(error: BadShare) -> object:
    match error.why:
        case "numbers":
            return _("份数须为 2 至 %(most)s，开箱所需份数须为 2 至总份数。", most=MAX_HOLDERS)
        case "holder" if error.word:
            return _("“%(word)s”已经领过一份，每份须交给不同的人。", word=error.word)
        case "holder":
            return _("请填写姓名，不超过 %(most)s 个字。", most=MAX_NAME_LENGTH)
        case "word":
            return _(
                "第 %(place)s 个词“%(word)s”写错了，请对照原件改正。", place=error.place, word=error.word
            )
        case "length":
            return _(
                "一份应有 %(number)s 个词，这里有 %(place)s 个，请检查是否漏写或多写。",
                number=WORDS,
                place=error.place,
            )
        case "repeated":
            return _("第 %(place)s 份已经收到，请下一位持有人交入。", place=error.place)
    return _of_digits(error)


def _of_digits(error: BadShare) -> object:
    wrong = "、".join(map(str, error.groups))
    if error.why == "group":
        return _("第 %(groups)s 组数字有误，请对照原件改正。", groups=wrong)
    whole = {"groups": GROUPS, "digits": GROUPS * GROUP_DIGITS, "place": error.place}
    if not error.groups:
        return _("一份应有 %(groups)s 组、%(digits)s 位数字，这里有 %(place)s 位，请接着输入。", **whole)
    return _(
        "一份应有 %(groups)s 组、%(digits)s 位数字，这里有 %(place)s 位；从第 %(first)s 组起对不上，"
        "请检查是否漏写或多写。",
        first=wrong,
        **whole,
    )
