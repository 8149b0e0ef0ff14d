"""Sphinx's settings for the site. `build.py` runs Sphinx with them, over the pages that `pages.py` has laid out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import docstring

import farcall

project = "farcall"
author = "the farcall project"
project_copyright = author
version = release = farcall.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns: list[str] = []

# Pages are the files of docs/, which GitHub shows too: the same anchors, and code blocks with a word on how they are tested.
myst_heading_anchors = 4
myst_enable_extensions: list[str] = []
suppress_warnings = ["misc.highlighting_failure"]
trim_doctest_flags = True
highlight_language = "python"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
add_module_names = False
default_role = "code"
viewcode_line_numbers = False

smartquotes = False  # quotes are of code, mostly
html_theme = "furo"
html_title = f"farcall {version}"
templates_path = ["templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/explorer.html",
        "sidebar/versions.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
#: The sites of other versions, which lie beside this one, each in a directory of its name (`build.py --versions`).
html_context = {"versions": [one for one in os.environ.get("FARCALL_SITE_VERSIONS", "").split() if one != version]}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_favicon = str(Path(__file__).resolve().parents[2] / "src/farcall/explorer/page/icon.svg")
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True, "top_of_page_buttons": []}
pygments_style = "default"
pygments_dark_style = "github-dark"


def setup(app: object) -> None:
    """The words that docstrings are written in, as Sphinx reads them."""
    docstring.setup(app)
