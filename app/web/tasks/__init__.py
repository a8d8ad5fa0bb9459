"""The inbox and a task: what must I do now?"""
