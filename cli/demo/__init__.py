"""The demonstration: dossiers played on a fast clock through the public interface, and what must have come of them."""
