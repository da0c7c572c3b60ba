"""Trains the decision about union membership and health; run by scripts/train-judgement."""
