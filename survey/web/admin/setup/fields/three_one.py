"""The "三加一" report: three achievements and one weakness, put together into the statement."""

import re

# Looked for one after the other: one pattern would try each place of one with each place of the others.
_MARKS = (
    re.compile(r"一、三项工作实绩[：:]\s*+[（(]1[）)]"),
    re.compile(r"[；;]\s*+[（(]2[）)]"),
    re.compile(r"[；;]\s*+[（(]3[）)]"),
    re.compile(r"二、需要改进的一项[：:]"),
)
_END = "。；;. \n"
NUMBER = 4


def pieces_of(statement: str) -> list[str]:
    """Return the three achievements and the weakness of a statement, all empty where it has another form."""
    pieces, rest = [], statement.strip()
    for mark in _MARKS:
        found = mark.search(rest)
        if found is None:
            return [""] * NUMBER
        pieces.append(rest[: found.start()].strip())
        rest = rest[found.end() :]
    before, one, two, three = pieces
    if before:
        return [""] * NUMBER
    return [one, two, three.removesuffix("。").strip(), rest.strip().removesuffix("。").strip()]


def put_together(pieces: list[str]) -> str:
    """Return the statement made of three achievements and one weakness, nothing where all are empty."""
    one, two, three, weakness = (piece.strip().rstrip(_END) for piece in pieces)
    if not any((one, two, three, weakness)):
        return ""
    return f"一、三项工作实绩：（1）{one}；（2）{two}；（3）{three}。\n二、需要改进的一项：{weakness}。"
