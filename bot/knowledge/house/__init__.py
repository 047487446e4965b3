"""The house rules: what a moderator is told about an entry that can be read but must not be said like that.

They cost more time than a start has, so only who edits the files is told of them (`read_library(thorough=True)`).
"""
