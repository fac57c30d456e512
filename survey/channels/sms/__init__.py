"""Text messages out and in: one adapter a provider, set up in ``instance/sms.toml``."""
