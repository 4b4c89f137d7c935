"""Web pages for officers, supervisors and citizens."""
