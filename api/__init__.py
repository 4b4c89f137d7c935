"""The task API: agencies, supervisors and citizens' systems act on dossiers and read them over HTTP."""
