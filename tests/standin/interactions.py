"""Builders of what Discord sends when a member does something; pure, no sockets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.standin.ledger import AUTOCOMPLETE, COMMAND, Interaction
from tests.standin.messages import walk
from tests.standin.world import Json, World

CHAT_INPUT, MESSAGE_MENU = 1, 3
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
BUTTON, SELECT, TEXT_INPUT, LABEL, LINK_STYLE = 2, 3, 4, 18, 5
ENTITY_OPTIONS = (6, 7, 8, 9, 11)
IN_GUILD, IN_BOT_DM = 0, 1
ATTACHMENT_LIMIT = 10 * 2**20


def find_command(commands: list[Json], name: str, kind: int) -> Json:
    """The registered command of this name. Raises LookupError when the bot never registered it."""
    for command in commands:
        if command["name"] == name and command["type"] == kind:
            return command
    known = ", ".join(f"{command['name']} (type {command['type']})" for command in commands) or "none"
    raise LookupError(f"no command {name!r} of type {kind} is registered; registered are: {known}")


def require_offered(command: Json, permissions: int, direct: bool) -> None:
    """Raise LookupError when Discord would not show the command to this member in this place."""
    contexts = command.get("contexts")
    place = IN_BOT_DM if direct else IN_GUILD
    if contexts is not None and place not in contexts:
        raise LookupError(f"{command['name']!r} is not offered in context {place}")
    needed = int(command.get("default_member_permissions") or 0)
    if not direct and needed & ~permissions:
        raise LookupError(f"{command['name']!r} is hidden from members without permissions {needed}")


def command_data(command: Json, path: list[str], values: Mapping[str, Any], focused: str | None = None) -> Json:
    """The `data` of a slash command; `path` names the subcommand, `focused` the option being typed.

    Raises LookupError for a subcommand or option that is not registered, ValueError for a missing required one.
    """
    leaf, trail = command, []
    for name in path:
        leaf = next((option for option in leaf["options"] if option["name"] == name), {})
        if leaf.get("type") not in (SUBCOMMAND, SUBCOMMAND_GROUP):
            raise LookupError(f"{command['name']!r} has no subcommand {name!r}")
        trail.append(leaf)
    options = _option_values(leaf, values, focused)
    for group in reversed(trail):
        options = [{"type": group["type"], "name": group["name"], "options": options}]
    return {"id": command["id"], "name": command["name"], "type": CHAT_INPUT, "options": options}


def _option_values(leaf: Json, values: Mapping[str, Any], focused: str | None) -> list[Json]:
    known = {option["name"]: option for option in leaf.get("options") or ()}
    if unknown := set(values) - set(known):
        raise LookupError(f"{leaf['name']!r} has no option {sorted(unknown)}; it has {sorted(known)}")
    missing = [name for name, option in known.items() if option.get("required") and name not in values]
    if missing and focused is None:
        raise ValueError(f"Discord does not send {leaf['name']!r} without its required {missing}")
    if focused is not None and not known[focused].get("autocomplete"):
        raise LookupError(f"option {focused!r} of {leaf['name']!r} has no autocomplete")
    return [_option_value(known[name], value, name == focused) for name, value in values.items()]


def _option_value(option: Json, value: Any, focused: bool) -> Json:
    shown = str(value) if option["type"] in ENTITY_OPTIONS else value
    choices = [choice["value"] for choice in option.get("choices") or ()]
    if choices and shown not in choices:
        raise ValueError(f"Discord does not accept {shown!r} for {option['name']!r}, only {choices}")
    return {"type": option["type"], "name": option["name"], "value": shown} | ({"focused": True} if focused else {})


def menu_data(command: Json, message: Json) -> Json:
    """The `data` of a message context menu command used on `message`."""
    resolved = {"messages": {message["id"]: message}}
    kind, target = MESSAGE_MENU, message["id"]
    return {"id": command["id"], "name": command["name"], "type": kind, "target_id": target, "resolved": resolved}


def find_component(message: Json, kind: int, name: str) -> Json:
    """The button (by custom_id or label) or select (by custom_id or placeholder) of a message.

    Raises LookupError when a reader could not use it: missing, disabled, or a link.
    """
    seen = []
    for component in walk(message["components"]):
        if component["type"] != kind:
            continue
        names = [component.get(key) for key in ("custom_id", "label", "placeholder")]
        seen.append(names)
        if name in names:
            if component.get("disabled") or component.get("style") == LINK_STYLE:
                raise LookupError(f"component {name!r} is disabled or a link")
            return component
    raise LookupError(f"no component {name!r} of type {kind}; there are {seen}")


def click_data(component: Json) -> Json:
    """The `data` of a click on a button."""
    return {"component_type": BUTTON, "custom_id": component["custom_id"], "id": component["id"]}


def select_data(component: Json, values: list[str]) -> Json:
    """The `data` of a choice in a string select. Raises LookupError for a value that is not offered."""
    offered = [option["value"] for option in component["options"]]
    if unknown := [value for value in values if value not in offered]:
        raise LookupError(f"select offers {offered}, not {unknown}")
    return {
        "component_type": SELECT,
        "custom_id": component["custom_id"],
        "id": component["id"],
        "values": values,
    }


def modal_data(modal: Json, values: Mapping[str, Any]) -> Json:
    """The `data` of a submitted modal; `values` by custom_id or label, left out inputs keep their preset value.

    A text input takes a string, a select a list of strings. Raises LookupError for a name the modal does not have.
    """
    left = dict(values)
    components = [_fill(component, left) for component in modal["components"]]
    if left:
        raise LookupError(f"the modal has no input {sorted(left)}")
    return {"custom_id": modal["custom_id"], "components": components}


def _fill(component: Json, left: dict[str, Any], label: str | None = None) -> Json:
    filled = {"type": component["type"], "id": component.get("id", 0)}
    if "components" in component:
        return filled | {"components": [_fill(inner, left) for inner in component["components"]]}
    if component["type"] == LABEL:
        return filled | {"component": _fill(component["component"], left, component["label"])}
    if "custom_id" not in component:
        return filled
    names = [component["custom_id"], component.get("label"), label]
    given = next((left.pop(name) for name in names if name is not None and name in left), None)
    filled["custom_id"] = component["custom_id"]
    if component["type"] == TEXT_INPUT:
        return filled | {"value": given if given is not None else component.get("value") or ""}
    return filled | {"values": given or []}


def interaction_event(interaction: Interaction, world: World) -> Json:
    """The payload of INTERACTION_CREATE."""
    user, channel = interaction.user, interaction.channel
    event: Json = {
        "id": interaction.id,
        "application_id": world.application_id,
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": channel.id,
        "channel": channel.payload() | {"permissions": str(user.permissions)},
        "app_permissions": str(user.permissions),
        "locale": "en-US",
        "entitlements": [],
        "attachment_size_limit": ATTACHMENT_LIMIT,
        "authorizing_integration_owners": {"0": "0" if channel.direct else world.guild_id},
        "context": IN_BOT_DM if channel.direct else IN_GUILD,
    }
    if interaction.origin is not None and interaction.kind not in (COMMAND, AUTOCOMPLETE):
        event["message"] = interaction.origin
    if channel.direct:
        return event | {"user": user.payload()}
    return event | {
        "guild_id": world.guild_id,
        "guild_locale": "en-US",
        "guild": {"id": world.guild_id, "locale": "en-US", "features": []},
        "member": world.member(user) | {"user": user.payload()},
    }


def message_event(message: Json, world: World, *, readable: bool) -> Json:
    """The payload of MESSAGE_CREATE for a member's message.

    Without `readable` (the message content intent) a guild message that does not mention the bot arrives with its
    content, embeds, attachments and components blanked.
    """
    if "guild_id" not in message:
        return message
    author = world.users[message["author"]["id"]]
    member = {key: value for key, value in world.member(author).items() if key != "permissions"}
    event = message | {"member": member}
    if readable or any(user["id"] == world.bot.id for user in message["mentions"]):
        return event
    return event | {"content": "", "embeds": [], "attachments": [], "components": []}
