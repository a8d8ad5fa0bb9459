"""What each decision leaves in rows: open tasks, timers, jobs, messages, progress. All can be made anew."""
