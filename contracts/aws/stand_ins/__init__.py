"""What answers instead of moto: services that it lacks, and refusals that it forgets."""
