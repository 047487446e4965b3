"""What live figures cost: ours beside what the usual packages give."""
