"""Who wants no more messages: looked at before anything else is made of a reply."""

import re

from .plain_text import plain

_WORDS = "r|t|td|n|退订|退訂|拒收"
# What people put around the two words; around a letter it would be a sentence of another kind.
_AROUND = re.compile(r"(请|我要|我想|要求|申请|回复)?(退订|退訂|拒收)(短信|信息)?(了|吧)?(谢谢)?")
_ALONE = re.compile(f"(回复)?({_WORDS})")
_LETTERS = re.compile(r"[\W_]")


def is_opt_out(text: str) -> bool:
    """Return whether a text asks for no more messages: R, T, TD, N, 退订 or 拒收.

    Case, width, dots, spaces and quotation marks make no difference.
    """
    word = _LETTERS.sub("", plain(text))
    return bool(_ALONE.fullmatch(word) or _AROUND.fullmatch(word))
