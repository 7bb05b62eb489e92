"""The gap maths: pure functions on arrays, a leaf that knows nothing of the rest of the app."""
