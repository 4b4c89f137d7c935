"""The task API for agencies, supervisors and citizens' systems."""
