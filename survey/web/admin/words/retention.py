"""In words for the office: who keeps PostgreSQL from forgetting deleted rows, and what to do."""

from collections.abc import Callable

from flask_babel import gettext as _

from survey.domain.errors import OldReaders
from survey.domain.operations.retention import NAMED, Holder, HolderKind

_WHO: dict[HolderKind, Callable[[Holder], str]] = {
    HolderKind.SESSION: lambda one: _(
        "数据库“%(database)s”里进程 %(name)s 的会话还有事务没结束（可等它结束，或由系统管理员终止该会话）",
        database=one.database,
        name=one.name,
    ),
    HolderKind.PREPARED: lambda one: _(
        "数据库“%(database)s”里的预备事务“%(name)s”没有了结（请系统管理员提交或回滚它）",
        database=one.database,
        name=one.name,
    ),
    HolderKind.SLOT: lambda one: _(
        "复制槽“%(name)s”还没有跟上（请系统管理员让使用它的一方跟上，或删除它）", name=one.name
    ),
    HolderKind.STANDBY: lambda one: _(
        "备用服务器“%(name)s”上还有查询在读旧数据（可等查询结束，或由系统管理员终止它）", name=one.name
    ),
    HolderKind.UNKNOWN: lambda _one: _("PostgreSQL 还为别处的事务保留着旧数据（可过几分钟再试）"),
}


def held_up(error: OldReaders) -> str:
    """Name those who may still see the old rows, each with what to do about it."""
    named = [_WHO[one.kind](one) for one in error.holders[:NAMED]]
    more = len(error.holders) - NAMED
    if more > 0:
        named.append(_("另有 %(number)s 处", number=more))
    return str(_("；")).join(named)
