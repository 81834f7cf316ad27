"""They say one thing and do another: what is said to matter, beside what does."""
