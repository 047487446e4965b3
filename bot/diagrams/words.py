"""A picture in words: the same content for faces without pictures and for people who cannot see them."""

from bot.diagrams.diagram import Column, Diagram, Layer, Row, origin_of

_ENDS = (".", "!", "?", ":")


def text_twin(diagram: Diagram) -> str:
    """Every word of the picture as plain lines: a title, a list, the notes, and where it comes from."""
    lines = [diagram.title]
    lines += map(_of_column, diagram.columns)
    lines += map(_of_layer, diagram.layers)
    for row in diagram.rows:
        lines += [_sentence(row.heading)] if row.heading else []
        lines.append(_of_row(row))
    return "\n".join([*lines, *map(_sentence, diagram.notes), origin_of(diagram)])


def _of_column(column: Column) -> str:
    says = f" ({column.says})" if column.says else ""
    return f"- {column.name}{says}, from the top down: {_sentence(', '.join(column.layers))}"


def _of_layer(layer: Layer) -> str:
    return f"- {layer.name}: {_sentence(layer.says)}" if layer.says else f"- {_sentence(layer.name)}"


def _of_row(row: Row) -> str:
    mark, tag = f"({row.mark}) " if row.mark else "", f" ({row.tag})" if row.tag else ""
    facts = [_sentence(f"{label}: {says}") for label, says in row.facts]
    return " ".join([f"- {mark}{_sentence(row.name + tag)}", *facts])


def _sentence(text: str) -> str:
    return text if text.endswith(_ENDS) else f"{text}."
