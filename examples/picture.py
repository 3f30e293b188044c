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

figure, axes = pyplot.subplots(2, len(weights), figsize=(9, 4), gridspec_kw={"height_ratios": [2, 1]})
with StreamingSession() as session:
    for cell, weight in zip(axes[0], weights):
        cell.imshow(session.render_to_numpy(font, "g", 160, 150, 200, {"wght": float(weight)}), cmap="gray", vmin=0, vmax=255)
        cell.set_title(f"wght {weight:.0f}")
        cell.set_axis_off()
    along = numpy.linspace(200, 900, 60)
    density = [session.metrics(font, "g", 160, 150, 200, {"wght": float(weight)})["density"] for weight in along]

for cell in axes[1]:
    cell.remove()
curve = figure.add_subplot(2, 1, 2)
curve.plot(along, density)
curve.set_xlabel("wght")
curve.set_ylabel("density")
figure.tight_layout()
figure.savefig(picture, dpi=100)
print(f"{picture}: density {density[0]:.4f} to {density[-1]:.4f}")
