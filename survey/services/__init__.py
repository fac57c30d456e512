"""What Minping does, on a session and plain values; nothing here knows Flask."""
