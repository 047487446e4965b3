"""What the bot does on Discord: one file for each feature, and the client that loads them."""
