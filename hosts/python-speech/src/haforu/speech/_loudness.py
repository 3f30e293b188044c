"""Samples in, integrated loudness out, after ITU-R BS.1770-4: K-weighting, blocks of 400 ms, two gates.

The filters are given in the recommendation as coefficients at 48 kHz; here they are derived for every rate from the analogue prototype
that gives those coefficients at 48 kHz (the parameters are those that libebur128 uses and that its test vectors confirm).
"""

from __future__ import annotations

import math

import numpy
import numpy.typing as npt

from ._engine import Samples

_Doubles = npt.NDArray[numpy.float64]
_Biquad = tuple[tuple[float, float, float], tuple[float, float]]

#: Seconds; one block every quarter of it (annex 1, "gating blocks overlap by 75 %").
_BLOCK = 0.4
_STEPS_A_BLOCK = 4
#: LUFS; blocks below are silence.
_ABSOLUTE_GATE = -70
#: LU below the mean of the blocks over the absolute gate.
_RELATIVE_GATE = -10
#: So that a sine of 997 Hz at 0 dB full scale in one channel measures -3.01 LUFS (annex 1, note 1).
_OFFSET = -0.691
#: Samples that are filtered by one product of matrices.
_FILTER_BLOCK = 128


def _shelf(rate: float) -> _Biquad:
    """The first stage: the effect of the head, a shelf of +4 dB above 1.7 kHz."""
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = ((high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0)
    return b, (2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)


def _high_pass(rate: float) -> _Biquad:
    """The second stage: the revised low-frequency B curve, a high pass at 38 Hz."""
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    return (1.0, -2.0, 1.0), (2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)


def _filtered(x: _Doubles, biquad: _Biquad) -> _Doubles:
    """The recursion y[n] = b·x[n] - a·y[n], block by block: what a block's own samples give is a product with the lower triangle of the
    impulse response, and what the state at its beginning adds is linear in the state; only that goes from block to block.
    """
    (b0, b1, b2), (a1, a2) = biquad
    size = _FILTER_BLOCK
    # Transposed direct form II: y = b0·x + s1; s1' = b1·x - a1·y + s2; s2' = b2·x - a2·y.
    impulse, state_1, state_2 = numpy.zeros(size), numpy.zeros(size), numpy.zeros(size)
    for out, (start_x, s1, s2) in ((impulse, (1.0, 0.0, 0.0)), (state_1, (0.0, 1.0, 0.0)), (state_2, (0.0, 0.0, 1.0))):
        value = start_x
        for n in range(size):
            out[n] = y = b0 * value + s1
            s1, s2 = b1 * value - a1 * y + s2, b2 * value - a2 * y
            value = 0.0
    padded = numpy.zeros(-(-len(x) // size) * size)
    padded[: len(x)] = x
    blocks = padded.reshape(-1, size)
    at = numpy.subtract.outer(numpy.arange(size), numpy.arange(size))
    triangle = numpy.where(at >= 0, impulse[at], 0.0)
    own = blocks @ triangle.T
    s1 = s2 = 0.0
    ends = [(float(row[-1]), float(row[-2]), float(inputs[-1]), float(inputs[-2])) for row, inputs in zip(own, blocks)]
    states = numpy.empty((len(blocks), 2))
    for i, (y1, y2, x1, x2) in enumerate(ends):
        states[i] = s1, s2
        # The last two outputs with the state's part in them give the next state.
        y1 += state_1[-1] * s1 + state_2[-1] * s2
        y2 += state_1[-2] * s1 + state_2[-2] * s2
        s1, s2 = b1 * x1 - a1 * y1 + b2 * x2 - a2 * y2, b2 * x1 - a2 * y1
    filtered: _Doubles = (own + states @ numpy.stack([state_1, state_2])).reshape(-1)[: len(x)]
    return filtered


def _lufs(mean_square: float) -> float:
    return _OFFSET + 10 * math.log10(mean_square) if mean_square > 0 else -math.inf


def integrated_loudness(samples: Samples, rate: int, channels: int) -> float:
    """LUFS; -inf where every block is below -70 LUFS. Audio shorter than one block (400 ms), of which the recommendation says nothing, is
    measured as one block of its length.
    """
    frames = len(samples) // channels
    if frames == 0:
        return -math.inf
    step = math.floor(rate * _BLOCK / _STEPS_A_BLOCK + 0.5)
    power = numpy.zeros(frames)
    for channel in range(channels):
        weighted = _filtered(_filtered(samples[channel::channels].astype(numpy.float64), _shelf(rate)), _high_pass(rate))
        power += weighted * weighted
    width = step * _STEPS_A_BLOCK
    if frames < width:
        blocks = numpy.array([power.sum() / frames])
    else:
        sums = power[: frames // step * step].reshape(-1, step).sum(axis=1)
        blocks = sum(sums[i : len(sums) - _STEPS_A_BLOCK + 1 + i] for i in range(_STEPS_A_BLOCK)) / width
    audible = blocks[blocks > 10 ** ((_ABSOLUTE_GATE - _OFFSET) / 10)]
    if not len(audible):
        return -math.inf
    gate = _lufs(float(audible.mean())) + _RELATIVE_GATE
    return _lufs(float(audible[audible > 10 ** ((gate - _OFFSET) / 10)].mean()))
