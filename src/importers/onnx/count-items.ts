import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { WjpegError } from '../../errors.ts';
import { MESSAGES } from './messages.ts';

/**
 * Most messages, strings and 64-bit integers of a model. Decoded, an empty message of 2 bytes is an object of some hundred,
 * so they are counted before.
 */
const MAX_ITEMS = 500_000;

/**
 * Counts what a message would become when decoded, without decoding it: only lengths are read.
 *
 * @throws `GRAPH_LIMIT` for more items than a model has
 */
export function requireFewItems(message: string, bytes: Uint8Array): void {
  const count = countItems(message, bytes, 0);
  if (count <= MAX_ITEMS) return;
  throw new WjpegError(
    'limit',
    'GRAPH_LIMIT',
    `the model has more than ${MAX_ITEMS} nodes, attributes, names and numbers outside of tensors, expected fewer`,
  );
}

function countItems(message: string, bytes: Uint8Array, before: number): number {
  const reader = new BinaryReader(bytes);
  let count = before;
  while (reader.pos < reader.len && count <= MAX_ITEMS) {
    const [number, wireType] = reader.tag();
    const [, , written = ''] = MESSAGES[message].find(([, field]) => field === number) ?? [];
    const type = written.replace('[]', '');
    if (wireType !== WireType.LengthDelimited) {
      if (written !== '') count++;
      reader.skip(wireType, number);
      continue;
    }
    const content = reader.bytes();
    if (type in MESSAGES) count = countItems(type, content, count + 1);
    else if (type === 'INT64' || type === 'UINT64') count += content.reduce(endsInteger, 0);
    else if (written !== '') count++;
  }
  return count;
}

/** Counts packed integers by their last bytes. */
function endsInteger(count: number, byte: number): number {
  return byte < 128 ? count + 1 : count;
}
