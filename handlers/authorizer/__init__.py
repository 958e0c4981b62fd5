"""The authorizer: who calls, and what they may do; it has no store and no contract."""
