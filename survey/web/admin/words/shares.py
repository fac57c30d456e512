"""What is wrong with a share, in words for the person who holds it."""

from flask_babel import gettext as _

from survey.domain.errors import BadShare
from survey.secrecy.share_input import WORDS
from survey.services.custody.share_distribution import MAX_HOLDERS, MAX_NAME_LENGTH


def sentence(error: BadShare) -> str:
    """Return the sentence that says what is wrong and what to do."""
    values = {"word": error.word, "place": error.place}
    said = {
        "numbers": lambda: _("份数须为 2 至 %(most)s，开箱所需份数须为 2 至总份数。", most=MAX_HOLDERS),
        "holder": lambda: (
            _("“%(word)s”已经领过一份，每份须交给不同的人。", **values)
            if error.word
            else _("请填写姓名，不超过 %(most)s 个字。", most=MAX_NAME_LENGTH)
        ),
        "words": lambda: _("词不对。请对照您抄下的内容再填一次；没有抄好的，可以返回再看。"),
        "empty": lambda: _("没有读到内容。请输入这一份的词，或选择文件。"),
        "word": lambda: _("第 %(place)s 个词“%(word)s”写错了，请对照原件改正。", **values),
        "length": lambda: _(
            "一份应有 %(number)s 个词，这里有 %(place)s 个，请检查是否漏写或多写。",
            number=WORDS,
            **values,
        ),
        "damaged": lambda: _("词与词对不上，至少有一个写错了。请逐词对照原件。"),
        "other-set": lambda: _("这一份与已收到的不属于同一套，可能是其他活动的。已收到的不受影响。"),
        "repeated": lambda: _("第 %(place)s 份已经收到，请下一位持有人交入。", **values),
        "other-box": lambda: _(
            "这几份能拼成一把钥匙，但不是本次测评的票箱钥匙。请核对各份属于哪项活动，必要时取出后重交。"
        ),
        "enough": lambda: _("份数已经够了，请直接开箱计票。"),
        "picture": lambda: _("没有从图片里读到二维码。请把二维码拍得更大、更清楚，或改为输入词。"),
    }
    return str(said[error.why]())
