"""Text as both databases can keep it."""


def storable_text(text: str) -> str:
    """Return the text with `?` for what no database takes: zero bytes, and the halves of broken characters.

    The latter come from file names and command lines that are not UTF-8.
    """
    return text.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")
