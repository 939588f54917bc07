"""The embedded composer: a mood, a tempo and a length become a finished piece of music with known beats."""
