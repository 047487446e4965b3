"""Which addresses may be shown to a member."""

from urllib.parse import urlsplit

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
SHORTENERS = frozenset(
    """
    bit.ly buff.ly cutt.ly dub.co goo.gl is.gd lnkd.in ow.ly rb.gy rebrand.ly s.id shorturl.at shrtco.de t.co t.ly
    tiny.cc tinyurl.com v.gd
    """.split()  # noqa: SIM905 - read at a glance
)
"""Services whose links do not show where they lead."""


def domain_of(url: str) -> str | None:
    """The plain domain of a link that may be shown, or None for one that may not."""
    return None if fault_in(url) else (urlsplit(url).hostname or "").removeprefix("www.")


def fault_in(url: str) -> str | None:
    """The code of what keeps a link from being shown, or None.

    Refused are other schemes than https, letters outside a-z and punycode (look-alikes), shorteners, user names before
    an @, ports, bare hosts, and characters that would break out of a Markdown link.
    """
    if any(character.isspace() or character in '<>()[]\\`"' for character in url):
        return "bad-link"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "bad-link"
    if parts.scheme != "https":
        return "link-not-https"
    if port is not None or "@" in parts.netloc or "." not in host.strip("."):
        return "bad-link"
    if not set(host) <= _LABEL or "xn--" in host:
        return "link-disguised"
    return "link-shortener" if host.removeprefix("www.") in SHORTENERS else None


def allowed(domain: str, allow_list: frozenset[str]) -> bool:
    """Whether `domain` or one of its parents stands in the list; an empty list allows every domain."""
    if not allow_list:
        return True
    labels = domain.split(".")
    return any(".".join(labels[start:]) in allow_list for start in range(len(labels) - 1))
