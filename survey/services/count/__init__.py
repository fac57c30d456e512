"""The box opened, counted and certified."""
