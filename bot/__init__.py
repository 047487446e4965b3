"""A Discord bot that answers questions about Ethereum restaking from reviewed files."""

__version__ = "0.1.0"
