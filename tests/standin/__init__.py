"""A stand-in of Discord over real sockets, to test a discord.py bot process from outside with no network.

`StandIn` is the server, `Actor` plays a member, `launch` starts the bot process against it, and `problems` judges
what a bot sends. Nothing here imports the product.
"""

from tests.standin.actors import Actor
from tests.standin.faults import Fault, FaultTable
from tests.standin.launch import BotProcess, Exit, launch
from tests.standin.ledger import Interaction
from tests.standin.record import Request, Upload
from tests.standin.schema import document_path, problems
from tests.standin.server import StandIn

__all__ = [
    "Actor",
    "BotProcess",
    "Exit",
    "Fault",
    "FaultTable",
    "Interaction",
    "Request",
    "StandIn",
    "Upload",
    "document_path",
    "launch",
    "problems",
]
