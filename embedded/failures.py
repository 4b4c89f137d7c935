"""What can keep an embedded service from running."""


class EmbeddedFailure(Exception):
    """An embedded service does not run; the message says what to do."""

    code = "embedded-failure"


class DiedAtStart(EmbeddedFailure):
    """It ended before it was ready: somebody may have taken its port a moment earlier."""
