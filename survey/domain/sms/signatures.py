"""What may stand behind the grades of a reply without changing them: a name, thanks, a phone's own line."""

import re
from collections.abc import Iterable

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付傅方邹熊孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵覃武钱戴严孔汤"
)
"""The usual ones, without those that also begin what takes an answer back (莫, 白, 万, 任, 于)."""
_NAME = rf"(?:[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|(?:欧阳|司马|上官|诸葛|皇甫)[\u4e00-\u9fff]{{1,2}})"
_TITLE = "(?:先生|女士|同志|敬上|上)?"
_THANKS = "(?:谢谢(?:您|你|你们)?|多谢|感谢|辛苦了)"
_PHONE = re.compile(
    r"(?:发自|来自)我的 ?[\u4e00-\u9fffa-z0-9 ]{1,12}手机"
    r"|(?:(?:发自|来自)我的 ?|sent from my )[a-z][a-z0-9 +-]{1,20}"
)
_APART = re.compile(rf"{_NAME}{_TITLE}")
_ANYHOW = re.compile(rf"{_THANKS}|[【(\[](?:{_NAME}|[\u4e00-\u9fff]{{2,10}})[】)\]]")
_TAKES_BACK = re.compile("[不没未别非无否错改换或还勿误废作删反了呢吗吧啊的么]")
"""Characters that may turn an answer round; a name that holds one makes its reply unreadable."""
_NUMERALS = re.compile("[零〇一二三四五六七八九十两]")
_END = " \n.。!~"


def is_signature(text: str, apart: bool, grades: Iterable[str]) -> bool:
    """Return whether what follows a reply's grades leaves them as they are; nothing does.

    A name must stand ``apart`` from them: 3张 may be a number of sheets. Where it holds a word of
    ``grades``, it is no name.
    """
    words = text.strip(_END)
    if not words:
        return True
    if any(grade in words for grade in grades):
        return False
    if apart and _PHONE.fullmatch(words):
        return True
    if _TAKES_BACK.search(words.replace("辛苦了", "")):
        return False
    if _ANYHOW.fullmatch(words):
        return words[0] not in "【([" or not _NUMERALS.search(words) or bool(re.search(_NAME, words))
    return apart and bool(_APART.fullmatch(words))
