"""Which addresses may be shown to a member."""

from urllib.parse import urlsplit

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")


def domain_of(url: str) -> str | None:
    """The plain domain of a link that may be shown, or None for one that may not.

    Refused are other schemes than https, user names before an @, ports, bare hosts, letters outside a-z
    (look-alikes) and punycode, and characters that would break out of a Markdown link.
    """
    if any(character.isspace() or character in '<>()[]\\`"' for character in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or port is not None or "@" in parts.netloc:
        return None
    if "." not in host.strip(".") or not set(host) <= _LABEL or "xn--" in host:
        return None
    return host.removeprefix("www.")


def allowed(domain: str, allow_list: frozenset[str]) -> bool:
    """Whether `domain` or one of its parents stands in the list; an empty list allows every domain."""
    if not allow_list:
        return True
    labels = domain.split(".")
    return any(".".join(labels[start:]) in allow_list for start in range(len(labels) - 1))
