"""A matplotlib picture: a letter at five weights, and how its ink grows along the axis.

usage: python examples/picture.py VARIABLE-FONT.ttf PICTURE.png
"""

from __future__ import annotations

import sys

import matplotlib
import numpy

matplotlib.use("Agg")
from matplotlib import pyplot

from haforu import StreamingSession

font, picture = sys.argv[1:3]
weights = numpy.linspace(200, 900, 5)

figure = pyplot.figure(figsize=(9, 4), layout="constrained")
grid = figure.add_gridspec(2, len(weights), height_ratios=[2, 1])
with StreamingSession() as session:
    for column, weight in enumerate(weights):
        cell = figure.add_subplot(grid[0, column])
        pixels = session.render_to_numpy(font, "g", 160, 110, 150, {"wght": float(weight)}, origin=(10, 100))
        cell.imshow(pixels, cmap="gray", vmin=0, vmax=255)
        cell.set_title(f"wght {weight:.0f}")
        cell.set_axis_off()
    along = numpy.linspace(200, 900, 60)
    density = [session.metrics(font, "g", 160, 110, 150, {"wght": float(weight)}, origin=(10, 100))["density"] for weight in along]

curve = figure.add_subplot(grid[1, :])
curve.plot(along, density)
curve.set_xlabel("wght")
curve.set_ylabel("density")
figure.savefig(picture, dpi=100)
print(f"{picture}: density {density[0]:.4f} to {density[-1]:.4f}")
