"""What reaches a course from outside itself: messages, signals and starts, and the guard that holds some back."""
