"""The names behind the codes of the directory, as pages read them."""

from api.names import Names, names_of

__all__ = ["Names", "names_of"]
