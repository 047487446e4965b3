"""The one path from a question to an `Answer`."""

from bot.answering.answers import TEXTS, Answer, Choice, Face, Outcome, Question, RankedEntry, ShownFigure, ShownPicture

__all__ = ["TEXTS", "Answer", "Choice", "Face", "Outcome", "Question", "RankedEntry", "ShownFigure", "ShownPicture"]
