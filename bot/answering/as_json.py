"""The JSON object that `ask --json` prints for one question."""

from bot.answering.answers import Answer, ShownPicture
from bot.answering.explain import explanation
from bot.answering.numerals import plain_times


def answer_as_json(question: str, answer: Answer, elapsed_ms: float) -> dict[str, object]:
    """The contract's keys, and why it went there; `picture` only where there is one. A question that holds a secret is
    not repeated.
    """
    return {
        "question": "" if answer.private else question,
        "outcome": answer.outcome.value,
        "entry": answer.entry,
        "candidates": [{"entry": c.entry, "score": c.score, "question": c.question} for c in answer.candidates[:10]],
        "text": plain_text(answer),
        "sources": [
            {"date": s.when.isoformat(), "name": s.name, "url": s.url, "supports": s.supports} for s in answer.sources
        ],
        "figures": [
            {
                "slot": f.slot,
                "text": plain_times(f.text),
                "as_of": f.as_of.isoformat(),
                "source": f.source,
                "live": f.live,
            }
            for f in answer.figures
        ],
        "caveats": list(answer.caveats),
        "choices": [{"entry": c.entry, "title": c.title} for c in answer.choices],
        **_picture(answer.picture),
        "explanation": explanation(answer),
        "elapsed_ms": round(elapsed_ms, 3),
    }


def _picture(picture: ShownPicture | None) -> dict[str, object]:
    return {} if picture is None else {"picture": {"id": picture.id, "alt": picture.alt, "text": picture.text}}


def plain_text(answer: Answer) -> str:
    """Banners, notes and body, as a face shows them first."""
    return plain_times("\n\n".join([*answer.banners, *answer.notes, answer.body]))
