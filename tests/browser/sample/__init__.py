"""A service with one page that shows every shared piece once; tests look at it in a browser."""
