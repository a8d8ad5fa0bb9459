"""The one write path of a course, its commands, and its history as it is read to be decided again."""
