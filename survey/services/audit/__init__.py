"""The audit log: written, read, and printed as a protocol."""
