"""Word documents from templates, and what an office's own template may hold."""
