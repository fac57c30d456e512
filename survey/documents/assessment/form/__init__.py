"""A set-up as it is typed on pages: the workbook's sheets as parts, fields as rows, who refers to whom."""
