"""The parts of `tests.benchmarks.matching_quality`: what is asked, who answers, how it is measured and shown."""
