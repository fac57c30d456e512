"""The words of the page on which papers are compared with a count."""

from flask_babel import lazy_gettext as _l

from survey.domain.audit.acts import Act
from survey.domain.count.certificate import SigningPart

DIGESTS = {"count": _l("计票结果"), "definition": _l("活动规则"), "receipts": _l("回执清单")}
PARTS = {SigningPart.TELLER: _l("计票人"), SigningPart.SCRUTINEER: _l("监票人")}
STEPS = {
    Act.ARM: _l("就绪，生成票箱钥匙"),
    Act.DISARM: _l("退回准备，销毁票箱钥匙"),
    Act.ISSUE: _l("发出投票码"),
    Act.VOID: _l("作废投票码"),
    Act.OPEN: _l("开始投票"),
    Act.REOPEN: _l("恢复后重新开放投票"),
    Act.EXTEND: _l("延长投票"),
    Act.POSTPONE: _l("推迟开始"),
    Act.CLOSE: _l("结束投票"),
    Act.SHAKE: _l("打乱票箱"),
    Act.COUNT: _l("开箱计票"),
    Act.RECOUNT: _l("重新计票"),
    Act.RESET_CONFIRMED: _l("确认账号重设属实"),
    Act.SIGN: _l("签字，等待第二人"),
    Act.WITHDRAW: _l("撤回签字"),
    Act.CERTIFY: _l("确认计票结果"),
    Act.SHREDDING: _l("开始销毁"),
    Act.SHRED: _l("销毁完成"),
}
