"""The microservice that translates documents and keeps the translations, in a table and a bucket."""
