"""A reader of .wjz written from docs/wjz-format.md alone, with Python's standard library and djpeg for the pictures.

    python3 read_wjz.py model.wjz OUTPUT_FOLDER

Writes, for each linear layer n (from 0), weights-n.f64 and bias-n.f64 (little-endian float64, row-major) to the folder,
and prints a JSON summary. Shares nothing with the library: it is there to disagree with it, or with the page.
"""

import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

FORMATS = {"F32": ("f", 4), "F16": ("e", 2), "I8": ("b", 1)}


def read_archive(path):
    """Section 1: name -> bytes. zipfile checks the CRC-32 of what it reads; it is checked here once more."""
    entries = {}
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        assert infos[0].filename == "model.json", "the first entry is the manifest"
        end = 0
        for info in infos:
            assert info.header_offset == end, f"{info.filename}: a gap or an overlap"
            assert info.flag_bits & (1 | 8 | 32 | 64 | 0x2000) == 0
            assert info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            entries[info.filename] = archive.read(info)
            assert zlib.crc32(entries[info.filename]) == info.CRC
            end += 30 + len(info.filename) + info.compress_size
            if info.filename.endswith(".jpg"):
                assert info.compress_type == zipfile.ZIP_STORED
        assert archive.start_dir == end and archive.comment == b""
    return entries


def read_tensors(data):
    """Section 3: name -> (shape, values)."""
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length].decode("utf-8"))
    body = data[8 + length :]
    tensors, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, stop = entry["data_offsets"]
        assert start == end, f"{name}: a gap or an overlap"
        end = stop
        code, size = FORMATS[entry["dtype"]]
        count = 1
        for side in entry["shape"]:
            count *= side
        assert stop - start == count * size
        tensors[name] = (entry["shape"], struct.unpack(f"<{count}{code}", body[start:stop]))
    assert end == len(body)
    return tensors


def decode(jpeg):
    """Width, height and samples of a grey JPEG, by djpeg."""
    pgm = subprocess.run(["djpeg", "-dct", "float", "-pnm"], input=jpeg, stdout=subprocess.PIPE, check=True).stdout
    magic, width, height, depth, samples = split_pgm(pgm)
    assert magic == b"P5" and depth == b"255", "a grey picture of 8 bits"
    assert len(samples) == int(width) * int(height)
    return int(width), int(height), samples


def split_pgm(pgm):
    """The first sample may look like a blank, so exactly one blank is taken after the depth."""
    fields, at = [], 0
    while len(fields) < 4:
        stop = at
        while not pgm[stop : stop + 1].isspace():
            stop += 1
        fields.append(pgm[at:stop])
        at = stop + 1
    return (*fields, pgm[at:])


def per_row(entry, tensors, rows):
    """A number for the layer, or a tensor of one value a row (5.1). Numbers are taken as float32."""
    if isinstance(entry, dict):
        shape, values = tensors[entry["tensor"]]
        assert shape == [rows]
        return values
    return struct.unpack("<f", struct.pack("<f", entry)) * rows


def input_length(picture_or_vector):
    """Section 2.2: how many values the input vector has."""
    if picture_or_vector["kind"] == "image":
        return picture_or_vector["width"] * picture_or_vector["height"] * picture_or_vector.get("channels", 1)
    return picture_or_vector["length"]


def jpeg_name(layer):
    """Section 2.3: the entry that the weight names, or else the one named like the layer, if an entry can be."""
    if "jpeg" in layer["weight"]:
        return layer["weight"]["jpeg"]
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", layer["name"], re.ASCII), "no default for jpeg"
    return layer["name"] + ".jpg"


def tile_of(weight, picture):
    """Section 2.3: width, height, x and y of a tile; a tile without a size has that of the input picture."""
    tile = weight.get("tile", {})
    size = [tile[side] if side in tile else picture[side] for side in ("width", "height")]
    return (*size, tile.get("x", 0), tile.get("y", 0))


def jpeg_weights(layer, columns, picture, entries, tensors):
    """Sections 5.1 to 5.3: the matrix, row by row."""
    rows, weight = layer["outFeatures"], layer["weight"]
    width, height, samples = decode(entries[jpeg_name(layer)])
    scale = per_row(weight["affineMap"]["scale"], tensors, rows)
    offset = per_row(weight["affineMap"].get("offset", 0), tensors, rows)
    if weight["layout"] == "matrix":
        assert (width, height) == (columns, rows)

        def position(r, c):
            return r * width + c

    else:
        (w, h, x, y), tiles_per_row = tile_of(weight, picture), weight["tilesPerRow"]
        across, down = -(-(x + w) // 8), -(-(y + h) // 8)
        assert w * h == columns
        assert width == 8 * across * tiles_per_row
        assert height == 8 * down * -(-rows // tiles_per_row)

        def position(r, c):
            row = 8 * down * (r // tiles_per_row) + y + c // w
            return row * width + 8 * across * (r % tiles_per_row) + x + c % w

    return [scale[r] * (samples[position(r, c)] - 128) + offset[r] for r in range(rows) for c in range(columns)]


def main(path, folder):
    entries = read_archive(path)
    manifest = json.loads(entries["model.json"].decode("utf-8"))
    assert manifest["format"] == "wjz" and manifest["version"].split(".")[0] == "2"
    tensors = read_tensors(entries["dense.safetensors"]) if "dense.safetensors" in entries else {}
    linear = [layer for layer in manifest["layers"] if layer["type"] == "linear"]
    features = input_length(manifest["input"])
    for index, layer in enumerate(linear):
        rows, weight = layer["outFeatures"], layer["weight"]
        columns = layer.get("inFeatures", features)
        assert columns == features, "what the layer before gives"
        features = rows
        if "tensor" in weight:
            shape, values = tensors[weight["tensor"]]
            assert shape == [rows, columns]
        else:
            values = jpeg_weights(layer, columns, manifest["input"], entries, tensors)
        bias = (0.0,) * rows
        if "bias" in layer:
            shape, bias = tensors[layer["bias"]["tensor"]]
            assert shape == [rows]
        for name, numbers in (("weights", values), ("bias", bias)):
            (Path(folder) / f"{name}-{index}.f64").write_bytes(struct.pack(f"<{len(numbers)}d", *numbers))
    print(json.dumps({"entries": list(entries), "layers": len(linear), "tensors": list(tensors)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
