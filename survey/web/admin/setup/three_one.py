"""The "三加一" report: three achievements and one weakness, put together into the statement."""

import re

_FOUND = re.compile(
    r"一、三项工作实绩[：:]\s*[（(]1[）)](.*?)[；;]\s*[（(]2[）)](.*?)[；;]\s*[（(]3[）)](.*?)。?\s*"
    r"二、需要改进的一项[：:]\s*(.*?)。?",
    re.DOTALL,
)
_END = "。；;. \n"
NUMBER = 4


def pieces_of(statement: str) -> list[str]:
    """Return the three achievements and the weakness of a statement, all empty where it has another form."""
    found = _FOUND.fullmatch(statement.strip())
    return [piece.strip() for piece in found.groups()] if found else [""] * NUMBER


def put_together(pieces: list[str]) -> str:
    """Return the statement made of three achievements and one weakness, nothing where all are empty."""
    one, two, three, weakness = (piece.strip().rstrip(_END) for piece in pieces)
    if not any((one, two, three, weakness)):
        return ""
    return f"一、三项工作实绩：（1）{one}；（2）{two}；（3）{three}。\n二、需要改进的一项：{weakness}。"
