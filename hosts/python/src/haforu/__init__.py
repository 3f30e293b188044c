"""haforu for Python. Importing the package loads none of its parts: `import haforu.sql` needs nothing but the standard library."""
