"""How far a scanned page lies askew, by the angle under which its lines of print stand out most sharply."""

from typing import Any

MAX_DEGREES = 15.0
MIN_DEGREES = 0.6
_LOOKED_AT = 700
_STEPS = (1.0, 0.2)
# A picture without lines of text is as blurred at every angle.
_MIN_GAIN = 1.8


def skew_of(picture: Any) -> float:
    """Degrees, counter-clockwise, by which a picture must be turned for its lines to lie level; 0 if they do, or it has none.

    Args:
        picture: Pillow's picture, grey or black and white.
    """
    from PIL import Image, ImageOps

    small = picture.convert("L")
    small.thumbnail((_LOOKED_AT, _LOOKED_AT), Image.Resampling.BOX)
    ink = ImageOps.autocontrast(ImageOps.invert(small))
    level = _sharpness(ink, 0.0)
    best, sharpest = 0.0, level
    reach = MAX_DEGREES
    for step in _STEPS:
        centre = best
        count = round(reach / step)
        for offset in range(-count, count + 1):
            degrees = centre + offset * step
            found = _sharpness(ink, degrees)
            if found > sharpest:
                best, sharpest = degrees, found
        reach = step
    is_askew = MIN_DEGREES <= abs(best) <= MAX_DEGREES and level and sharpest >= _MIN_GAIN * level
    return round(best, 2) if is_askew else 0.0


def level_picture(picture: Any) -> Any:
    """The picture with its lines level; the same one if they are."""
    from PIL import Image

    degrees = skew_of(picture)
    if not degrees:
        return picture
    grey = picture.convert("L")
    return grey.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _sharpness(ink: Any, degrees: float) -> float:
    """How much the ink of neighbouring rows differs when the picture is turned."""
    import numpy

    turned = ink.rotate(degrees, fillcolor=0) if degrees else ink
    rows = numpy.asarray(turned, dtype=numpy.float32).sum(axis=1)
    return float(numpy.square(numpy.diff(rows)).sum())
