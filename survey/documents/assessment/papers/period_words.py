"""What a period is called on papers."""

_QUARTERS = "一二三四"


def period_words(period: str) -> str:
    """Write ``2026-05`` as 2026年5月, ``2026-Q1`` as 2026年一季度."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return f"{year}年{_QUARTERS[int(part[1:]) - 1]}季度"
    return f"{year}年{int(part)}月"
