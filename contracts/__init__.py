"""Contract tests for serverless services: one OpenAPI document, the real handlers, a verdict."""
