"""Reads the collections with QGIS's own client, without a screen. Run by clients.rs where QGIS names a
Python that has PyQGIS; the argument is the address."""

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsFeatureRequest,
    QgsRectangle,
    QgsVectorLayer,
)

address = sys.argv[1]
application = QgsApplication([], False)
application.initQgis()


def layer(name, more=""):
    uri = f"url='{address}' typename='{name}' pageSize='1' {more}"
    made = QgsVectorLayer(uri, name, "OAPIF")
    if not made.isValid():
        sys.exit(f"{name}: {made.dataProvider() and made.dataProvider().error().message()}")
    return made


def count(name, more="", subset="", box=None):
    made = layer(name, more)
    if subset and not made.setSubsetString(subset):
        sys.exit(f"{name}: {subset} is refused")
    request = QgsFeatureRequest()
    if box:
        request.setFilterRect(QgsRectangle(*box))
    return sum(1 for _ in made.getFeatures(request))


wrong = 0


def expect(what, seen, wanted):
    global wrong
    wrong += seen != wanted
    print(f"{what}: {seen}, expected {wanted}")


for name, features in [("incidents", 4), ("observations", 4), ("zones", 2), ("findings", 1)]:
    expect(f"{name}, page by page", count(name), features)
near = (9, 49, 11, 51)
expect("observations in a box", count("observations", box=near), 2)
restricted = "restrictToRequestBBOX='1'"
expect("observations, only the view", count("observations", restricted, box=near), 2)
expect("zones in a box", count("zones", restricted, box=(10.99, 49.99, 11.01, 50.01)), 1)
expect("observations of a kind", count("observations", subset="\"what\" = 'alarm'"), 3)
since = "\"starts\" >= to_datetime('2030-03-05T00:00:00Z')"
expect("observations since", count("observations", subset=since), 2)
expect("findings of an outcome", count("findings", subset="\"outcome\" = 'violation'"), 1)
point = next(
    feature.geometry().asPoint()
    for feature in layer("observations").getFeatures()
    if feature["key"] == "a-1"
)
expect("a point", (repr(point.x()), repr(point.y())), ("10.0000003", "50.0000001"))
sys.exit(1 if wrong else 0)
