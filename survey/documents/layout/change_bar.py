"""The change of a value as a bar to either side of a middle line, drawn as SVG: up full, down hollow."""

from decimal import Decimal

_INK = "#1d3557"


def change_bar(change: Decimal, largest: Decimal) -> str:
    """Draw a change against the largest one of its table, to the right where the value grew."""
    part = 50 * abs(change) / largest if largest else Decimal(0)
    start = Decimal(50) if change > 0 else 50 - part
    fill = f'class="edge f1" fill="{_INK}"' if change > 0 else 'class="edge f0" fill="#ffffff"'
    box = (
        f'<rect {fill} x="{start:.2f}%" width="{part:.2f}%" y="3.5" height="13" stroke="{_INK}"/>'
        if part
        else ""
    )
    middle = f'<rect class="f1" x="50%" width="1" y="0" height="20" fill="{_INK}"/>'
    return (
        '<svg class="chart change" width="100%" height="20" overflow="visible" aria-hidden="true" '
        f'focusable="false">{box}{middle}</svg>'
    )
