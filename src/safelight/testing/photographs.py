"""The benign photographs that installed packages ship, found as files.

scikit-image, scikit-learn and matplotlib carry sample photographs for their own documentation. They are found by
asking Python where the package lies; none of the package's code is imported, so it may be installed without its
dependencies (`requirements/photographs.txt`). Only true photographs are listed: drawings, logos, scanned text and
test charts, which those folders also hold, have no use here.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

_FOLDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "skimage": (
        "data",
        (
            "astronaut.png",
            "brick.png",
            "camera.png",
            "chelsea.png",
            "coffee.png",
            "coins.png",
            "grass.png",
            "gravel.png",
            "hubble_deep_field.jpg",
            "moon.png",
            "motorcycle_left.png",
            "retina.jpg",
            "rocket.jpg",
        ),
    ),
    "sklearn": ("datasets/images", ("china.jpg", "flower.jpg")),
    "matplotlib": ("mpl-data/sample_data", ("grace_hopper.jpg",)),
}
"""Package, folder inside it, photographs in that folder. `motorcycle_right` is left out: it is `left` once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """One photograph that an installed package ships."""

    name: str
    package: str
    path: Path


def find_photographs() -> list[Photograph]:
    """List the photographs of the packages that are installed, in a fixed order; empty when none is."""
    return [photograph for package in _FOLDERS for photograph in photographs_of(package)]


def photographs_of(package: str) -> list[Photograph]:
    """List the photographs that one package ships; empty when it is not installed or ships none that we know."""
    inner, names = _FOLDERS.get(package, ("", ()))
    paths = [folder / inner / name for folder in _package_folders(package) for name in names]
    return [Photograph(name=path.stem, package=package, path=path) for path in paths if path.is_file()]


def _package_folders(package: str) -> list[Path]:
    """Say where a package lies without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        return []
    return [Path(place) for place in spec.submodule_search_locations]
