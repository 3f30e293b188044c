"""Samples in, levels and samples out: what audio measures, gains, fades, joins, the limiter. Arrays alone; knows nothing of rates beyond a number.

Sums are made in double precision and rounded to float once, as the other hosts do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy
import numpy.typing as npt

from ._engine import Samples

_Doubles = npt.NDArray[numpy.float64]

#: Seconds on each side: short enough not to be heard as pumping, long enough not to distort a voice at 80 Hz.
_LOOK_AHEAD = 0.005


def decibels(ratio: float) -> float:
    """Amplitude ratio to decibels; -inf for 0."""
    return 20 * math.log10(ratio) if ratio > 0 else -math.inf


def ratio_of(level: float) -> float:
    """Decibels to an amplitude ratio."""
    return float(10 ** (level / 20))


def peak_of(samples: Samples) -> float:
    return float(max(samples.max(), -samples.min())) if len(samples) else 0.0


def rms_of(samples: Samples) -> float:
    if not len(samples):
        return 0.0
    wide = samples.astype(numpy.float64)
    return math.sqrt(float(wide @ wide) / len(samples))


def crossings_of(samples: Samples, channels: int) -> int:
    """Changes of sign in all channels; a zero takes the sign before it."""
    count = 0
    for channel in range(channels):
        signs = numpy.sign(samples[channel::channels])
        signs = signs[signs != 0]
        count += int(numpy.count_nonzero(signs[1:] != signs[:-1]))
    return count


def scaled(samples: Samples, ratio: float) -> Samples:
    return (samples.astype(numpy.float64) * ratio).astype(numpy.float32)


def with_channels(samples: Samples, channels: int, wanted: int) -> Samples:
    """Both channels as they are, or one made two, or the mean of two. The same array where nothing is to be done."""
    if channels == wanted:
        return samples
    if wanted == 2:
        return numpy.repeat(samples, 2)
    return ((samples[0::2].astype(numpy.float64) + samples[1::2]) / 2).astype(numpy.float32)


def fade_gain(curve: str, positions: _Doubles) -> _Doubles:
    """A gain from 0 to 1: in a straight line, or a quarter sine, so that the powers of two faded signals add up to one."""
    return positions if curve == "linear" else numpy.sin(positions * math.pi / 2)


def faded(samples: Samples, channels: int, first: int, last: int, curve: str) -> Samples:
    """The first frames fade in, the last ones out."""
    out = samples.copy()
    frames = out.reshape(-1, channels)
    for part, count in ((frames[:first], first), (frames[::-1][:last], last)):
        if count:
            gains = fade_gain(curve, numpy.arange(count) / count)
            part[:] = (part * gains[:, None]).astype(numpy.float32)
    return out


def crossfaded(before: Samples, after: Samples, channels: int, frames: int, curve: str) -> Samples:
    """The last `frames` of `before` fade out while the first of `after` fade in."""
    if frames == 0:
        return numpy.concatenate([before, after])
    overlap = frames * channels
    positions = numpy.repeat((numpy.arange(frames) + 0.5) / frames, channels)
    mixed_part = before[-overlap:] * fade_gain(curve, 1 - positions) + after[:overlap] * fade_gain(curve, positions)
    return numpy.concatenate([before[:-overlap], mixed_part.astype(numpy.float32), after[overlap:]])


def mixed(parts: Sequence[tuple[Samples, int, float]], channels: int) -> Samples:
    """The sum of (samples, first frame, gain as a ratio); as long as the one that ends last."""
    out = numpy.zeros(max(start * channels + len(samples) for samples, start, _ in parts), numpy.float32)
    for samples, start, gain in parts:
        place = out[start * channels : start * channels + len(samples)]
        place[:] = (place + samples.astype(numpy.float64) * gain).astype(numpy.float32)
    return out


def audible_range(samples: Samples, channels: int, threshold: float) -> tuple[int, int]:
    """Half-open range of frames from the first to the last sample over `threshold`; empty at 0 where there is none."""
    loud = numpy.flatnonzero(numpy.abs(samples) > threshold)
    return (int(loud[0]) // channels, int(loud[-1]) // channels + 1) if len(loud) else (0, 0)


def limited(samples: Samples, rate: int, channels: int, ceiling: float) -> Samples:
    """Samples that nowhere exceed `ceiling`: a look-ahead peak limiter. It does not clip: the gain falls before a peak and rises after it.

    The gain each frame needs is g(n) = min(1, ceiling / |peak of the frame|). m(n) is the least g within the look-ahead on both sides,
    and what is applied is the mean of m over the same width: every m in that mean has seen g(n), so the mean is never above g(n).
    """
    frames = samples.reshape(-1, channels).astype(numpy.float64)
    peaks = numpy.abs(frames).max(axis=1) if len(frames) else numpy.zeros(0)
    if not (peaks > ceiling).any():
        return samples
    needed = numpy.where(peaks > ceiling, ceiling / numpy.maximum(peaks, 1e-300), 1.0)
    reach = max(1, math.floor(_LOOK_AHEAD * rate + 0.5))
    least = _sliding_least(needed, reach)
    # Beyond the ends the gain stays what it is at the end.
    sums = numpy.concatenate([[0.0], numpy.cumsum(numpy.pad(least, reach, mode="edge"))])
    width = 2 * reach + 1
    gains = numpy.minimum((sums[width:] - sums[:-width]) / width, needed)
    # Rounding to a float may pass the ceiling by the last bit.
    out: Samples = numpy.clip((frames * gains[:, None]).astype(numpy.float32).astype(numpy.float64), -ceiling, ceiling).astype(numpy.float32)
    over = numpy.abs(out.astype(numpy.float64)) > ceiling
    out[over] = numpy.nextafter(out[over], numpy.float32(0))
    return out.reshape(-1)


def _sliding_least(values: _Doubles, reach: int) -> _Doubles:
    """The least within `reach` on both sides of each: running least from both ends of blocks as wide as the window (van Herk 1992)."""
    width = 2 * reach + 1
    count = len(values)
    padded = numpy.full(-(-(count + 2 * reach) // width) * width, numpy.inf)
    padded[reach : reach + count] = values
    blocks = padded.reshape(-1, width)
    forward = numpy.minimum.accumulate(blocks, axis=1).reshape(-1)
    backward = numpy.minimum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].reshape(-1)
    least: _Doubles = numpy.minimum(backward[:count], forward[width - 1 : width - 1 + count])
    return least
