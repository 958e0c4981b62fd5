"""HTTP APIs: what is other than in REST APIs."""
