"""Writes DICOM (explicit VR little endian, PS3.5 section 7) and PNG with nothing but the standard library."""
import struct
import zlib

import numpy as np

LONG_VRS = {"OB", "OW", "UN", "SQ", "UT"}
CR_STORAGE = "1.2.840.10008.5.1.4.1.1.1"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
UID_ROOT = "1.2.826.0.1.3680043.10.1474"  # fixed, so that one seed is one file


def _element(group: int, element: int, vr: str, value) -> bytes:
    if vr == "US":
        data = struct.pack("<H", value)
    elif isinstance(value, bytes):
        data = value
    else:
        data = str(value).encode("ascii")
    if len(data) % 2:
        data += b"\0" if vr == "UI" else b" "
    head = struct.pack("<HH", group, element) + vr.encode("ascii")
    length = b"\0\0" + struct.pack("<I", len(data)) if vr in LONG_VRS else struct.pack("<H", len(data))
    return head + length + data


def write_dicom(path: str, pixels: np.ndarray, spacing: tuple, seed: int) -> None:
    """A CR image of the chest with its spacing at the detector; magnification 1, for the rays are parallel."""
    instance = f"{UID_ROOT}.{seed}.3"
    body = b"".join(_element(*row) for row in [
        (0x0008, 0x0005, "CS", "ISO_IR 100"), (0x0008, 0x0008, "CS", "DERIVED\\PRIMARY"),
        (0x0008, 0x0016, "UI", CR_STORAGE), (0x0008, 0x0018, "UI", instance),
        (0x0008, 0x0020, "DA", "20240102"), (0x0008, 0x0030, "TM", "101500"), (0x0008, 0x0060, "CS", "CR"),
        (0x0008, 0x0070, "LO", "Hilum phantom"), (0x0010, 0x0010, "PN", "PHANTOM"), (0x0010, 0x0020, "LO", f"PHANTOM{seed}"),
        (0x0018, 0x0015, "CS", "CHEST"), (0x0018, 0x1114, "DS", "1"),
        (0x0018, 0x1164, "DS", f"{spacing[0]:g}\\{spacing[1]:g}"), (0x0018, 0x5101, "CS", "PA"),
        (0x0020, 0x000D, "UI", f"{UID_ROOT}.{seed}.1"), (0x0020, 0x000E, "UI", f"{UID_ROOT}.{seed}.2"),
        (0x0020, 0x0013, "IS", "1"),
        (0x0028, 0x0002, "US", 1), (0x0028, 0x0004, "CS", "MONOCHROME2"),
        (0x0028, 0x0010, "US", pixels.shape[0]), (0x0028, 0x0011, "US", pixels.shape[1]),
        (0x0028, 0x0100, "US", 16), (0x0028, 0x0101, "US", 12), (0x0028, 0x0102, "US", 11), (0x0028, 0x0103, "US", 0),
        (0x0028, 0x1050, "DS", "2048"), (0x0028, 0x1051, "DS", "4096"),
        (0x7FE0, 0x0010, "OW", pixels.astype("<u2").tobytes()),
    ])
    meta = b"".join(_element(*row) for row in [
        (0x0002, 0x0001, "OB", b"\0\1"), (0x0002, 0x0002, "UI", CR_STORAGE), (0x0002, 0x0003, "UI", instance),
        (0x0002, 0x0010, "UI", EXPLICIT_LITTLE_ENDIAN), (0x0002, 0x0012, "UI", f"{UID_ROOT}.1")])
    meta = struct.pack("<HH", 2, 0) + b"UL" + struct.pack("<HI", 4, len(meta)) + meta
    with open(path, "wb") as file:
        file.write(b"\0" * 128 + b"DICM" + meta + body)


def write_png(path: str, pixels: np.ndarray) -> None:
    """Grey, 8 or 16 bit by the array's type."""
    deep = pixels.dtype == np.uint16
    rows = pixels.astype(">u2" if deep else "u1")
    raw = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16 if deep else 8, 0, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))
