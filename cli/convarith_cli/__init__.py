"""The command line: it reads words, asks the library, and prints what the library returns."""
