"""Words of the interface for those who administer."""

from flask_babel import lazy_gettext as _l

from survey.domain.definition.campaign import COLLECTING, State

STATES: dict[str, object] = {
    State.DRAFT: _l("准备"),
    State.ARMED: _l("就绪"),
    State.OPEN: _l("投票中"),
    COLLECTING: _l("收票中"),
    State.CLOSED: _l("已结束"),
    State.COUNTED: _l("已计票"),
    State.CERTIFIED: _l("已确认"),
    State.SHREDDING: _l("正在销毁密封票"),
    State.SHREDDED: _l("已销毁密封票"),
}
