"""`python -m tools.reference`: writes every page below docs/reference/."""

from tools.reference.pages import FOLDER, PAGES

for name, page in PAGES.items():
    (FOLDER / name).write_text(page())
