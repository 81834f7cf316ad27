"""Who gets less, by how much, and who must sign it."""
