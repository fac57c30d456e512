"""What documents of all formats share: type, tables, charts, QR codes, wording, strangers' packages."""
