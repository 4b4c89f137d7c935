"""Every effect a workflow may ask for: thin, and safe to run twice."""
