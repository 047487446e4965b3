"""How the bot looks on Discord: cards within Discord's limits, and the way they are sent."""
