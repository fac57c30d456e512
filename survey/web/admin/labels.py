"""Words of the interface for those who administer."""

from survey.domain.campaign import State

STATES = {
    State.DRAFT: "准备",
    State.ARMED: "就绪",
    State.OPEN: "投票中",
    State.CLOSED: "已结束",
    State.COUNTED: "已计票",
    State.CERTIFIED: "已确认",
    State.SHREDDING: "正在销毁密封票",
    State.SHREDDED: "已销毁密封票",
}
