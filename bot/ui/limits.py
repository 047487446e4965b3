"""What Discord accepts in one message, and how a card shares it out.

A message holds 4000 characters of text and 40 components. Lengths are counted in UTF-16 units: whether Discord counts
those or code points, a text that fits here fits there.
"""

from typing import Final

ROW: Final = 5
"""Buttons in one row."""
OPTIONS: Final = 25
"""Options of a select menu, and suggestions while a member types."""
LABEL: Final = 80
OPTION_LABEL: Final = 100
PLACEHOLDER: Final = 150
CUSTOM_ID: Final = 100

TEXT: Final = 4000
"""All texts of one card together."""
PICTURE_TEXT: Final = 1024
"""What describes a picture to who cannot see it."""

NOTICE: Final = 120
"""Room that every card leaves for the line which a try-out puts above it."""
NAME: Final = 200
"""Line that says who shared a card."""
TITLE: Final = 250
NOTES: Final = 180
"""Lines that say how a question was understood."""
BODY: Final = 1800
BANNERS: Final = 700
CAVEATS: Final = 600
FOOTER: Final = 150
PAGE: Final = 3400
"""Text of a card that holds nothing but a title and one text."""
MENUS: Final = 5
"""Select menus of one card: 125 options, with room for the rest of the card."""
