"""Arrays in, frozen dataclasses out: no files, no settings, no database, no words for users."""
