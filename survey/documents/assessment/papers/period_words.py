"""What a period, and a day, is called on papers."""

from datetime import date

_QUARTERS = "一二三四"


def period_words(period: str) -> str:
    """Write ``2026-05`` as 2026年5月, ``2026-Q1`` as 2026年一季度."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return f"{year}年{_QUARTERS[int(part[1:]) - 1]}季度"
    return f"{year}年{int(part)}月"


def date_words(day: date) -> str:
    """Write a day as 2027年6月30日."""
    return f"{day.year}年{day.month}月{day.day}日"
