"""Images: routines, data, imports and exports as a file that the system's own dynamic linker loads.

`content` says what goes into one, `sections` makes the parts of the file, `symbols` the tables by which the dynamic linker
finds names, `linking` puts all together; `room` is an image for code that comes later. No code in an image is ever written:
whatever has to be filled in when it is loaded stands in cells, which are read-only from then on.
"""

from .content import Datum, Image, Import
from .linking import image_file
from .room import room

__all__ = ["Datum", "Image", "Import", "image_file", "room"]
