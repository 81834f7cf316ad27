"""Is it people? Told stories against all contacts, and what a better encounter brings."""
