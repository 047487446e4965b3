"""The moderators' workshop: measuring what the files do."""
