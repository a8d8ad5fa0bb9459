"""One entrance: inquiries, the daily meeting, candidates."""
