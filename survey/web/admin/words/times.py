"""Moments as an organiser reads and types them: in the campaign's time zone, its offset said."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

ZONES = (
    ("Asia/Shanghai", _l("北京时间（东八区）")),
    ("Asia/Urumqi", _l("乌鲁木齐（东六区）")),
    ("Asia/Hong_Kong", _l("香港")),
    ("Asia/Macau", _l("澳门")),
    ("Asia/Taipei", _l("台北")),
    ("UTC", _l("世界协调时（UTC）")),
)
"""The time zones offered, each with what people call it."""


def moment(when: datetime, zone: str) -> str:
    """Write a moment to the minute, in a time zone."""
    return str(format_datetime(when.astimezone(ZoneInfo(zone)), _("y 年 M 月 d 日 HH:mm"), rebase=False))


def short_moment(when: datetime, zone: str) -> str:
    """Write a moment to the minute without its year, in a time zone."""
    return str(format_datetime(when.astimezone(ZoneInfo(zone)), _("M 月 d 日 HH:mm"), rebase=False))


def day_of(when: datetime, zone: str) -> str:
    """Write the day of a moment, in a time zone."""
    return f"{when.astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def zone_name(zone: str, when: datetime) -> str:
    """Write a time zone as people call it, one not offered with the offset that it has at a moment."""
    if zone in dict(ZONES):
        return str(dict(ZONES)[zone])
    offset = f"{when.astimezone(ZoneInfo(zone)):%z}"
    return str(_("%(zone)s，UTC%(offset)s", zone=zone, offset=f"{offset[:3]}:{offset[3:]}"))


def typed_moment(text: str, zone: str) -> datetime | None:
    """Read what a date-time field holds in a time zone; ``None`` where it is no moment."""
    try:
        when = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        when.astimezone(UTC)  # a moment at the ends of the calendar cannot be written in every zone
    except (ValueError, OverflowError):
        return None
    return when


def field_moment(when: datetime, zone: str) -> str:
    """Write a moment as a date-time field wants it, in a time zone."""
    return f"{when.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def time_left(left: timedelta) -> str:
    """Write how long it still is until a moment, to the second within the last hour."""
    minutes, seconds = divmod(max(int(left.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return str(_("%(days)s 天 %(hours)s 小时", days=days, hours=hours))
    if hours:
        return str(_("%(hours)s 小时 %(minutes)s 分", hours=hours, minutes=minutes))
    return str(_("%(minutes)s 分 %(seconds)s 秒", minutes=minutes, seconds=seconds))
