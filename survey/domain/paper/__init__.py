"""How a paper ballot is laid out: widths reckoned, pages filled, blocks, lists and questions set on them."""
