"""The commands: each module has `add_arguments(parser)` and `run(arguments)`, which returns the exit code."""
