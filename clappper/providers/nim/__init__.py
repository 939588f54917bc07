"""What the Cosmos adapters are made of: requests in each dialect, and answers that hold a whole film."""
