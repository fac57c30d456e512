"""What is wrong with a share, in words for the person who holds it."""

from flask_babel import gettext as _

from survey.domain.errors import BadShare
from survey.secrecy.share_digits import GROUP_DIGITS, GROUPS, WORDS
from survey.services.custody.share_distribution import MAX_HOLDERS, MAX_NAME_LENGTH


def sentence(error: BadShare) -> str:
    """Return the sentence that says what is wrong and what to do."""
    values = {"word": error.word, "place": error.place}
    whole = {"groups": GROUPS, "digits": GROUPS * GROUP_DIGITS, "place": error.place}
    groups = "、".join(map(str, error.groups))
    said = {
        "numbers": lambda: _("份数须为 2 至 %(most)s，开箱所需份数须为 2 至总份数。", most=MAX_HOLDERS),
        "holder": lambda: (
            _("“%(word)s”已经领过一份，每份须交给不同的人。", **values)
            if error.word
            else _("请填写姓名，不超过 %(most)s 个字。", most=MAX_NAME_LENGTH)
        ),
        "words": lambda: _("词不对。请对照您抄下的内容再填一次；没有抄好的，可以返回再看。"),
        "other-share": lambda: _("这不是刚才给您看的那一份。请扫描或输入您手里这一份。"),
        "empty": lambda: _("没有读到内容。请输入这一份的数字或词，或选择文件。"),
        "word": lambda: _("第 %(place)s 个词“%(word)s”写错了，请对照原件改正。", **values),
        "length": lambda: _(
            "一份应有 %(number)s 个词，这里有 %(place)s 个，请检查是否漏写或多写。",
            number=WORDS,
            **values,
        ),
        "damaged": lambda: _("词与词对不上，至少有一个写错了。请逐词对照原件。"),
        "group": lambda: _("第 %(groups)s 组数字有误，请对照原件改正。", groups=groups),
        "groups": lambda: (
            _(
                "一份应有 %(groups)s 组、%(digits)s 位数字，这里有 %(place)s 位；从第 %(first)s 组起对不上，"
                "请检查是否漏写或多写。",
                first=groups,
                **whole,
            )
            if groups
            else _("一份应有 %(groups)s 组、%(digits)s 位数字，这里有 %(place)s 位，请接着输入。", **whole)
        ),
        "digits": lambda: _("每组单看都对，合起来却不是一份。请逐组对照原件，看有没有抄错、抄重。"),
        "other-set": lambda: _("这一份与已收到的不属于同一套，可能是其他活动的。已收到的不受影响。"),
        "repeated": lambda: _("第 %(place)s 份已经收到，请下一位持有人交入。", **values),
        "other-box": lambda: _(
            "这几份能拼成一把钥匙，但不是本次测评的票箱钥匙。请核对各份属于哪项活动，必要时取出后重交。"
        ),
        "enough": lambda: _("份数已经够了，请直接开箱计票。"),
        "picture": lambda: _("没有从图片里读到二维码。请把二维码拍得更大、更清楚，或改为输入数字。"),
        "other-code": lambda: _("图片里的二维码不是钥匙份额。请拍这一份上的二维码，或改为输入数字。"),
        "several": lambda: _("图片里有几份不同的份额。请一次只拍一份。"),
        "pdf": lambda: _("从这个 PDF 里读不出份额。请拍纸上的二维码，或输入数字。"),
        "file": lambda: _(
            "这个文件里读不出份额。请选择份额文件，或 JPG、PNG 格式的二维码照片；也可以输入数字。"
        ),
    }
    return str(said[error.why]())
