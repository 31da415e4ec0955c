"""Small pictures for the command-line tests."""
import struct
import zlib


def write_grey(path, rows):
    """An 8-bit grey PNG of rows of bytes."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))) + chunk(b"IEND", b""))


def png(path, number, size=32):
    """A picture of 4 x 4 blocks, another one for each number."""
    write_grey(path, [bytes((number * 37 + (y * 4 // size) * 61 + (x * 4 // size) * 113) * 29 % 256 for x in range(size))
                      for y in range(size)])


def read_png(path):
    """Width, height, channels (3 or 4) and rows of bytes of an 8-bit colour PNG without interlacing."""
    data, at, packed = path.read_bytes(), 8, b""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, depth, color = struct.unpack(">IIBB", data[at + 8:at + 18])
            assert depth == 8
            channels = {2: 3, 6: 4}[color]
        packed += data[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    stride = channels * width
    raw, rows, above = zlib.decompress(packed), [], bytearray(stride)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride if kind else 0):
            left, up, corner = (row[i - channels], above[i], above[i - channels]) if i >= channels else (0, above[i], 0)
            if kind == 4:
                guess = left + up - corner
                from_there = min((left, up, corner), key=lambda v: abs(guess - v))
            else:
                from_there = left if kind == 1 else up if kind == 2 else (left + up) // 2
            row[i] = (row[i] + from_there) & 255
        rows.append(row)
        above = row
    return width, height, channels, rows
