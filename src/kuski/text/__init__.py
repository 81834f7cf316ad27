"""Text: what people write, read and coded; strings in, codes out."""
