"""A bare discord.py bot that says what it is told: the floor that the product's cost is compared with."""

import os

import discord
from discord import app_commands

TOPICS = ("slashing", "withdrawal", "reward", "operator", "premium", "validator")
ASPECTS = ("meaning", "risk", "history", "duration", "cost", "limits")
PHRASES = [f"{topic} {aspect}" for topic in TOPICS for aspect in ASPECTS]
CHOICES = 25

client = discord.Client(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(client)


@client.event
async def setup_hook() -> None:
    await tree.sync()


@tree.command(description="Repeat a text")
async def echo(interaction: discord.Interaction, text: str) -> None:
    await interaction.response.send_message(text)


@echo.autocomplete("text")
async def suggest(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    fitting = sorted(PHRASES, key=lambda phrase: typed.casefold() not in phrase)
    return [app_commands.Choice(name=phrase, value=phrase) for phrase in fitting[:CHOICES]]


if __name__ == "__main__":
    client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
