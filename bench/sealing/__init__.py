"""The prototype of sealing on the phone: measured only, never shipped."""
