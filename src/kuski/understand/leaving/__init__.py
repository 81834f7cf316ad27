"""Why do they leave? What is said at the door, and what is so."""
