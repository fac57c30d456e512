"""Papers of an assessment, in Excel, Word and PDF: bulletins, score sheets, lists, letters."""
