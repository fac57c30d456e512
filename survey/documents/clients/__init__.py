"""Lists of clients who are asked by text message: read from CSV or Excel, and the file to fill in."""
