"""Official tables as Excel workbooks."""
