"""Commands on yearly assessments."""
