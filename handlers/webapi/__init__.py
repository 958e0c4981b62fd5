"""What every microservice needs to keep its contract over HTTP, and no service owns: requests, replies, problems."""
