"""Market prices of liquid restaking tokens, the rates that protocols state, and pictures of both."""
