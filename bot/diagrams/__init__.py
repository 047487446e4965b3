"""Explanatory pictures: from a description in a knowledge folder to words, SVG and PNG. Pure."""
