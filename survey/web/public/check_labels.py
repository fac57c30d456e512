"""The words of the page on which papers are compared with a count."""

from flask_babel import lazy_gettext as _l

DIGESTS = {"count": _l("计票结果"), "definition": _l("活动规则"), "receipts": _l("回执清单")}
PARTS = {"teller": _l("计票人"), "scrutineer": _l("监票人")}
STEPS = {
    "arm": _l("就绪，生成票箱钥匙"),
    "issue": _l("发出投票码"),
    "void": _l("作废投票码"),
    "open": _l("开始投票"),
    "reopen": _l("恢复后重新开放投票"),
    "extend": _l("延长投票"),
    "close": _l("结束投票"),
    "shake": _l("打乱票箱"),
    "count": _l("开箱计票"),
    "recount": _l("重新计票"),
    "reset-confirmed": _l("确认账号重设属实"),
    "sign": _l("签字，等待第二人"),
    "withdraw": _l("撤回签字"),
    "certify": _l("确认计票结果"),
    "shredding": _l("开始销毁"),
    "shred": _l("销毁完成"),
}
