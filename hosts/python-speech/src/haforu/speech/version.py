"""The version, which is that of all parts of haforu."""

__version__ = "0.1.0"
