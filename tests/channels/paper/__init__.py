"""What is read of a scanned page, held against what was ticked."""
