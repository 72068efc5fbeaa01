"""The values of a tensor, the same to the bit in every language: the twin of workloads/draw.ts."""
import math

import numpy
import torch


def draw(description):
    shape, dtype = description["shape"], description["dtype"]
    minimum, maximum = description["minimum"], description["maximum"]
    if minimum == maximum:
        return torch.full(shape, minimum, dtype=getattr(torch, dtype))
    index = numpy.arange(math.prod(shape), dtype=numpy.uint32)
    stream = description["stream"] * 0x85EBCA77 % 2**32
    hashes = index * numpy.uint32(0x9E3779B1) + numpy.uint32(stream)
    hashes = (hashes ^ (hashes >> 16)) * numpy.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> 13)) * numpy.uint32(0xC2B2AE35)
    fraction = ((hashes ^ (hashes >> 16)) >> 8) / 2**24
    values = minimum + fraction * (maximum - minimum)
    return torch.from_numpy(values.astype(dtype)).reshape(shape)
