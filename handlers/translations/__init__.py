"""The microservice that translates texts and keeps the translations; it has one table of its own."""
