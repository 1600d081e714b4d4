"""Pictures are drawn anew: what the camera noted, the place among it, stays out."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 2000  # pixels of a picture's longer side
PIXELS = 40_000_000  # of a picture as it comes: what unpacks to more is no photograph
LARGEST = 20_000_000  # bytes of a picture as it comes: it is opened whole
KINDS = ("image/jpeg", "image/png")


class NoPicture(ValueError):
    """It is no JPEG and no PNG."""


class TooManyPixels(ValueError):
    """It unpacks to more than a photograph does."""


def drawn_anew(data: bytes) -> tuple[str, bytes]:
    """A picture's kind, and its pixels in a file of our own making. Raises NoPicture and TooManyPixels."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > PIXELS:
                raise TooManyPixels
            jpeg = image.format == "JPEG"
            upright = ImageOps.exif_transpose(image).convert("RGB" if jpeg else "RGBA")
    except TooManyPixels:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as why:
        raise NoPicture from why
    upright.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    upright.info.clear()  # nothing but pixels
    upright.save(out, "JPEG" if jpeg else "PNG", **({"quality": 88} if jpeg else {"optimize": True}))
    return ("image/jpeg" if jpeg else "image/png"), out.getvalue()
