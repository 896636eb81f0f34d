"""The gallery: many pictures, listed in a file, built at once, with a page that shows them.

>>> from convarith.render import gallery
>>> own = gallery.collection()
>>> own.entries[0].title
'A convolution, number by number'

`build` writes the pictures and the page into a folder, `check` compares a folder with what would be written, and
`collection` reads a file of scenes, the package's own or one of yours.
"""

from convarith.render.gallery.building import Built, build
from convarith.render.gallery.checking import Checked, check
from convarith.render.gallery.entries import Collection, Entry
from convarith.render.gallery.scene_files import collection

__all__ = ["Built", "Checked", "Collection", "Entry", "build", "check", "collection"]
