"""Words of the pages on which people decide what is doubtful on paper ballots."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.errors import BadAnswer
from survey.domain.paper.fate import BLANK, MARKED, REFUSE, SPOIL, TAKE, TYPE, UNSURE, ItemKind
from survey.domain.paper.record import UnreadPage
from survey.services.paper.review import GONE
from survey.services.paper.review_items import ReviewItem
from survey.web.admin.words.paper import FAULTS

_COPY = "copy "
_OFFERS = {
    BLANK: _l("空白"),
    MARKED: _l("有填写"),
    UNSURE: _l("看不清"),
    SPOIL: _l("整票作废"),
    REFUSE: _l("不计入"),
    TAKE: _l("按现有页计"),
    TYPE: _l("两人拿着票，逐行录入没有读出的页"),
}
_OF_EMPTY = {BLANK: _l("确实没有填写")}
_FAULTS = {
    "unknown": _l("没有记下：请选择一个答案。"),
    "pair": _l("没有记下：须由两个不同的人当面认定。"),
    "too-long": _l("没有记下：文字太长了。"),
    "control": _l("没有记下：有看不见的控制字符，请删去后重新输入。"),
}


def offer_word(item: ReviewItem, offer: str) -> str:
    """Return what an answer is called: a grade's or option's label, or a word of these pages."""
    if offer in item.grades:
        return item.grades[offer]
    if offer.startswith(_COPY):
        return str(_("用第 %(number)s 份", number=offer.removeprefix(_COPY)))
    return str((item.kind is ItemKind.EMPTY and _OF_EMPTY.get(offer)) or _OFFERS[offer])


def unread_word(unread: UnreadPage) -> str:
    """Return which page was not read, where the sheet is found, and why."""
    return str(
        _(
            "第 %(page)s 页没有读出，在第 %(file)s 个扫描文件的第 %(image)s 张图：%(why)s",
            page=unread.page,
            file=unread.file,
            image=unread.image,
            why=FAULTS[unread.why],
        )
    )


def bad_answer(error: BadAnswer) -> str:
    """Return the sentence on an answer that cannot be taken."""
    if error.why in GONE:
        return str(_("刚才那一项已经认定，或者改由两人当面认定，没有再记。请看下一项。"))
    return str(_FAULTS[error.why])
