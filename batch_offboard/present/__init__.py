"""Output common to all shells: findings in a list, pace, and time left."""
