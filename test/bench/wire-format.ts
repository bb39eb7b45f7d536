/** Reads Protocol Buffers' wire format by the book, to judge what bench/peers writes. */

export interface WireField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** The fields of a message in order. Throws for wire types that ONNX does not need here. */
export function readFields(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length) throw new Error('cut short');
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) {
      fields.push({ number: tag >> 3, value: varint() });
    } else if ((tag & 7) === 2) {
      const length = varint();
      if (at + length > bytes.length) throw new Error('cut short');
      fields.push({ number: tag >> 3, value: bytes.subarray(at, at + length) });
      at += length;
    } else {
      throw new Error(`wire type ${tag & 7}`);
    }
  }
  return fields;
}

/** All values of a field that holds messages, strings or bytes. */
export function lengths(fields: readonly WireField[], number: number): Uint8Array[] {
  return fields.flatMap((field) =>
    field.number === number && field.value instanceof Uint8Array ? [field.value] : [],
  );
}

/** All values of a field that holds whole numbers. */
export function integers(fields: readonly WireField[], number: number): number[] {
  return fields.flatMap((field) =>
    field.number === number && typeof field.value === 'number' ? [field.value] : [],
  );
}

export function texts(fields: readonly WireField[], number: number): string[] {
  return lengths(fields, number).map((bytes) => new TextDecoder().decode(bytes));
}
