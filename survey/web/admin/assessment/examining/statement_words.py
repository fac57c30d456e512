"""What pages call the states of statements, the parts of one, and what a ballot shows of it."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey.domain.assessment.examining.statement import StatementState
from survey.services.assessment.examining.ballot_statements import BallotState

STATEMENT_STATES: Mapping[StatementState, object] = {
    StatementState.NONE: _l("未交"),
    StatementState.DRAFT: _l("未交（在写）"),
    StatementState.HANDED_IN: _l("已交"),
    StatementState.RETURNED: _l("已退回"),
}
PART_WORDS: Mapping[str, object] = {
    "first": _l("成效一"),
    "second": _l("成效二"),
    "third": _l("成效三"),
    "lacking": _l("不足"),
}
BALLOT_STATES: Mapping[BallotState, object] = {
    BallotState.NONE: _l("没有述职报告"),
    BallotState.FRESH: _l("已交，测评票上还没有"),
    BallotState.DIFFERS: _l("与测评票上的不同"),
    BallotState.SAME: _l("测评票上已是这份"),
    BallotState.ONLY_THERE: _l("单位没有交，测评票上另有文字"),
    BallotState.NO_RATEE: _l("活动里没有这个测评对象"),
    BallotState.SHARED: _l("几个单位对应同一个测评对象，请到活动里填写"),
}
