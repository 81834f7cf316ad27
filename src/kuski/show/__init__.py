"""How an answer looks: tables and charts as plain data, without a word of what they mean."""
