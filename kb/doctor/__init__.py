"""What is wrong with an installation, why it matters, and the command that mends it. Nothing is changed."""
