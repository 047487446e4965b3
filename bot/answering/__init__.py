"""The one path from a question to an `Answer`."""

from bot.answering.answers import Answer, Choice, Face, Outcome, Question, RankedEntry, ShownFigure, ShownPicture

__all__ = ["Answer", "Choice", "Face", "Outcome", "Question", "RankedEntry", "ShownFigure", "ShownPicture"]
