"""Small pictures for the command-line tests."""
import struct
import zlib


def png(path, number, size=32):
    """A picture of 4 x 4 blocks, another one for each number."""
    rows = b"".join(b"\0" + bytes((number * 37 + (y * 4 // size) * 61 + (x * 4 // size) * 113) * 29 % 256 for x in range(size))
                    for y in range(size))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
