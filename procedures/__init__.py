"""The administrative procedures as versioned data with their legal basis."""
