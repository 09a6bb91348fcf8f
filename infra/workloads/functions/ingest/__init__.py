"""Takes uploaded content into the catalogue."""
