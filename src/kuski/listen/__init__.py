"""Listen: ask, import, code stories, and find out whether the answers can be trusted."""
