"""The arithmetic: exact integers, standard library only.

One relation on one axis (`axis`), its product over axes (`windows`), the layers that resolve to it (`layers`), and
the readings of it: sizes, the guide's relationships, explanations, C with symbols, and the inverse questions.
"""
