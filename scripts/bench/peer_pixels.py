"""The reading pipeline of a Python user: pydicom (with pylibjpeg's decoders), NumPy and Pillow."""
import numpy as np
import pydicom
from PIL import Image
from pydicom.pixels import apply_modality_lut, apply_voi_lut

LOSSLESS = {
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.5",
}


def output_range(ds, values):
    """What becomes black and white: the output range of the VOI LUT or window; without one, minimum and maximum."""
    if "VOILUTSequence" in ds:
        return 0.0, float(2 ** ds.VOILUTSequence[0].LUTDescriptor[2] - 1)
    if "WindowWidth" not in ds or "WindowCenter" not in ds:
        return float(values.min()), float(values.max())
    if "ModalityLUTSequence" in ds:
        return 0.0, float(2 ** ds.ModalityLUTSequence[0].LUTDescriptor[2] - 1)
    bits = ds.BitsStored
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if ds.PixelRepresentation else (0, 2**bits - 1)
    slope, intercept = float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))
    return low * slope + intercept, high * slope + intercept


def grey(path):
    """Grey levels as floats between 0 (black) and 1 (white), and the data set."""
    ds = pydicom.dcmread(path)
    values = apply_voi_lut(apply_modality_lut(ds.pixel_array, ds), ds, index=0)
    low, high = output_range(ds, values)
    scaled = (values - low) / (high - low)
    return (1.0 - scaled if ds.PhotometricInterpretation == "MONOCHROME1" else scaled), ds


def model_image(path, size=224):
    """The 8-bit picture a model sees: stretched, bilinear, antialiased."""
    scaled, _ = grey(path)
    eight_bit = np.rint(scaled * 255.0).astype(np.uint8)
    return Image.fromarray(eight_bit).resize((size, size), Image.Resampling.BILINEAR)
