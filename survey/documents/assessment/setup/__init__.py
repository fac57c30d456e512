"""An assessment whole as one Excel file: its sheets, their columns, written and read."""
