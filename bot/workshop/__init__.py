"""The moderators' commands of the command line, one module a command, each loaded when it is run."""
