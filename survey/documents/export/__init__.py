"""Results, lists and the log as files, in every format that can be asked for."""
