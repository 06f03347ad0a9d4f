"""Commands about the books as a whole: that they are still what they were, and their periods."""
