"""The servers: connections, threads in shares, bodies, logs."""
