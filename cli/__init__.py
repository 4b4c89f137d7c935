"""The `lienthong` command."""
