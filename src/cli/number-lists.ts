import { WjpegError } from '../errors.ts';

/** Numbers with commas between. */
export function numbers(name: string, text: string): number[] {
  return text.split(',').map((word) => {
    const value = word.trim() === '' ? NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw new Error(`--${name} is '${text}', expected a number, or numbers with commas between`);
  });
}

/** One number per channel, from one for all or one for each. */
export function perChannel(name: string, text: string, channels: number): number[] {
  const values = numbers(name, text);
  if (values.length === 1) return new Array(channels).fill(values[0]);
  if (values.length === channels) return values;
  throw new WjpegError(
    'misuse',
    'OPTION_VALUE',
    `--${name} has ${values.length} numbers, expected one, or ${channels}, one per channel`,
  );
}
