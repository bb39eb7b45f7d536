/** A table in flash, as many numbers in a line as fit. */
export function table(type: string, name: string, values: ArrayLike<number>): string {
  const lines = [''];
  for (let i = 0; i < values.length; i++) {
    const item = `${values[i]},`;
    const line = lines[lines.length - 1];
    if (line.length + item.length > 96) lines.push(item);
    else lines[lines.length - 1] = line === '' ? item : `${line} ${item}`;
  }
  return `static const ${type} ${name}[${values.length}] FLASH = {\n${lines.map((line) => `    ${line}`).join('\n')}\n};\n`;
}

/** The narrowest unsigned type of a counter up to `max`, included. */
export function counter(max: number): string {
  return max < 256 ? 'uint8_t' : max < 65536 ? 'uint16_t' : 'uint32_t';
}

/** Bytes of such a counter. */
export function counterBytes(max: number): number {
  return max < 256 ? 1 : max < 65536 ? 2 : 4;
}

/** Text of a file as part of a comment: one line of ASCII that does not end it. */
export function commentText(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[*]\//g, '* /')
    .replace(/\/[*]/g, '/ *')
    .slice(0, 200);
}

/** A whole number as C writes it where int may have 16 bits. */
export function int32(value: number): string {
  return Math.abs(value) <= 32767 ? String(value) : `INT32_C(${value})`;
}

/** Lines with `indent` blanks before those that have text. */
export function indented(text: string, indent = 4): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(indent));
}

/** `term` >> `by`, rounded. */
export function roundingShift(term: string, by: number): string {
  return by > 0 ? `(${term} + ${int32(2 ** (by - 1))}) >> ${by}` : term;
}
