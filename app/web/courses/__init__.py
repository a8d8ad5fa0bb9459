"""Pages of a course, and of many: where do we stand?"""
