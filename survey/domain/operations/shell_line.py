"""Commands that are shown to be run on the server."""

import shlex


def shell_line(command: str, name: str, *options: str) -> str:
    """Write a command on an account so that a shell reads each word as it is.

    A name may hold signs that a shell would run, or begin as an option does.
    """
    if name.startswith("-"):
        return shlex.join([*command.split(), *options, "--", name])
    return shlex.join([*command.split(), name, *options])
