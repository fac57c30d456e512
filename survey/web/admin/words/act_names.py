"""The short name of each act of the audit log."""

from flask_babel import lazy_gettext as _l

from survey.domain.audit.acts import Act

NAMES: dict[str, object] = {
    Act.ACCOUNT: _l("新建账号"),
    Act.LOGIN: _l("登录"),
    Act.PASSWORD: _l("设置密码"),
    Act.LOGIN_LINK: _l("发登录链接"),
    Act.SECOND_FACTOR: _l("设置动态口令"),
    Act.SECOND_FACTOR_RESET: _l("重置第二重验证"),
    Act.PASSKEY_ADDED: _l("添加通行密钥"),
    Act.PASSKEY_REMOVED: _l("删除通行密钥"),
    Act.PASSKEY_CLONED: _l("通行密钥可疑"),
    Act.RECOVERY_CODE: _l("使用恢复码"),
    Act.RECOVERY_CODES: _l("换恢复码"),
    Act.SESSIONS_ENDED: _l("退出登录"),
    Act.ACCOUNT_DISABLED: _l("停用账号"),
    Act.ACCOUNT_ENABLED: _l("启用账号"),
    Act.DRAFT: _l("保存草稿"),
    Act.DRAFT_DELETED: _l("删除草稿"),
    Act.LOAD: _l("保存活动设置"),
    Act.STATEMENTS: _l("更换述职报告文件"),
    Act.ARM: _l("冻结规则"),
    Act.DISARM: _l("退回准备"),
    Act.SHARE: _l("交出钥匙份额"),
    Act.EXPORT_KEY: _l("另存钥匙"),
    Act.ISSUE: _l("发码"),
    Act.HAND_OUT: _l("下载票条"),
    Act.VOID: _l("作废投票码"),
    Act.OPEN: _l("开始投票"),
    Act.REOPEN: _l("恢复投票"),
    Act.EXTEND: _l("改结束时间"),
    Act.POSTPONE: _l("推迟开始"),
    Act.CORRECT: _l("更正文字"),
    Act.PRESENT: _l("登记到会人数"),
    Act.PRINT_PAPER: _l("打印纸票"),
    Act.COLLECT: _l("开始收票"),
    Act.SCAN: _l("扫描纸票"),
    Act.PUT_IN: _l("纸票入箱"),
    Act.URN: _l("登记清点张数"),
    Act.CLOSE: _l("结束投票"),
    Act.SHAKE: _l("打乱票箱"),
    Act.COUNT: _l("计票"),
    Act.RECOUNT: _l("重新计票"),
    Act.MODERATE: _l("审阅文字"),
    Act.SIGN: _l("签字"),
    Act.WITHDRAW: _l("撤回签字"),
    Act.CERTIFY: _l("签字确认"),
    Act.RESET_CONFIRMED: _l("确认账号重设"),
    Act.SHREDDING: _l("开始销毁"),
    Act.SHRED: _l("销毁密封票"),
    Act.DECIDE: _l("记录组织认定"),
    Act.TAKE_BACK: _l("撤回组织认定"),
    Act.PUBLISH: _l("公布结果"),
    Act.TRIAL: _l("开始试投"),
    Act.ERASE: _l("清除试投"),
    Act.TEMPLATE: _l("更换文件模板"),
    Act.TEMPLATE_REMOVED: _l("撤下文件模板"),
    Act.BACKUP: _l("备份"),
    Act.RESTORE: _l("恢复备份"),
}


def name(act: str) -> str:
    """Return the short name of an act; one that this version does not know is named as it was recorded."""
    return str(NAMES.get(act, act))
