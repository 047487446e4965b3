"""Which entry a question is about, and how sure that is. Pure: no files, no clock, no chance."""
