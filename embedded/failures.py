"""What can keep an embedded service from running."""


class EmbeddedFailure(Exception):
    """An embedded service does not run; the message says what to do."""

    code = "embedded-failure"
