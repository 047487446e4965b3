"""The moderators' workshop: what is served and since when, what the files do, what they lack, what has grown old."""
