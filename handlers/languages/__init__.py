"""The microservice that knows the languages; it has no store."""
