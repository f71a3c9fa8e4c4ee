"""The shipped programmes, products and directives, where there are none yet."""

from importlib import resources
from importlib.resources.abc import Traversable

from vaksam.programmes.actions.loading import import_directives
from vaksam.programmes.actions.products import import_products, import_programmes
from vaksam.programmes.models import Programme


def seed_programmes() -> None:
    """Load what is shipped; nothing where there is a programme already."""
    if Programme.objects.exists():
        return
    data = resources.files("vaksam.programmes").joinpath("data")
    products, programmes = data.joinpath("products.toml"), data.joinpath("programmes.toml")
    import_products(text=products.read_text("utf-8"), file_name="products.toml", by=None)
    import_programmes(text=programmes.read_text("utf-8"), file_name="programmes.toml", by=None)
    import_directives(files=_files(data.joinpath("directives")), by=None)


def _files(folder: Traversable) -> list[tuple[str, str]]:
    found = [each for each in folder.iterdir() if each.name.endswith(".toml")]
    return sorted((each.name, each.read_text("utf-8")) for each in found)
