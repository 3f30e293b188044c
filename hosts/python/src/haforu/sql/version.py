"""The version that a script's header names; a test holds it against packages/sql/package.json."""

VERSION = "0.1.0"
