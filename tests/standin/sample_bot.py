"""A small discord.py bot with one of each kind of interaction, to test the stand-in with."""

import io
import os

import discord
from discord import app_commands

client = discord.Client(intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
tree = app_commands.CommandTree(client)


class Note(discord.ui.Modal, title="Note"):
    """A dialogue with one input."""

    text: discord.ui.TextInput["Note"] = discord.ui.TextInput(label="Text", custom_id="text")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"noted {self.text.value}", ephemeral=True)


class Panel(discord.ui.View):
    """A button that updates, one that opens the dialogue, and a select; it outlives a restart."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Share", custom_id="share")
    async def share(self, interaction: discord.Interaction, _: discord.ui.Button["Panel"]) -> None:
        await interaction.response.edit_message(content="shared")

    @discord.ui.button(label="Write", custom_id="write")
    async def write(self, interaction: discord.Interaction, _: discord.ui.Button["Panel"]) -> None:
        await interaction.response.send_modal(Note())

    @discord.ui.select(
        custom_id="token",
        placeholder="Token",
        options=[discord.SelectOption(label="A"), discord.SelectOption(label="B")],
    )
    async def token(self, interaction: discord.Interaction, select: discord.ui.Select["Panel"]) -> None:
        await interaction.response.send_message(f"chose {select.values[0]}")


@tree.command(description="Show the panel")
async def panel(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("panel", view=Panel(), ephemeral=True)


@tree.command(description="Send a file after thinking")
async def chart(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    picture = discord.File(io.BytesIO(b"\x89PNG chart"), "chart.png", description="a chart")
    await interaction.followup.send("done", file=picture)
    extra = await interaction.followup.send("more", wait=True)
    await extra.edit(content="more, edited")


@tree.command(description="Only for moderators of a server")
@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
async def reload(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("reloaded")


@tree.context_menu(name="Explain")
async def explain(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"explained {message.content!r}")


@client.event
async def setup_hook() -> None:
    client.add_view(Panel())
    await tree.sync()


@client.event
async def on_message(message: discord.Message) -> None:
    if message.author == client.user:
        return
    async with message.channel.typing():
        answer = await message.reply(f"heard {message.content!r}")
    if message.guild is None:
        await answer.edit(content=f"{answer.content}, privately")


if __name__ == "__main__":
    client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
