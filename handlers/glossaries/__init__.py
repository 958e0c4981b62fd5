"""The microservice that keeps tenants' glossaries, and hands them to Amazon Translate as terminologies."""
