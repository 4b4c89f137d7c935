"""`python -m cli` is `lienthong`."""

from cli.app import main

main()
