import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEventStream, type StreamMessage } from '../../../../src/cli/remote/event-stream.ts';

async function read(...chunks: readonly Uint8Array[]): Promise<readonly StreamMessage[]> {
  async function* pieces() {
    yield* chunks;
  }
  const found: StreamMessage[] = [];
  for await (const message of readEventStream(pieces())) found.push(message);
  return found;
}

const TEXT =
  'retry: 1000\n\n: still here\n\nid: 7\ndata: {"a":1}\n\nid:8\r\ndata: first\r\ndata: sécond\r\n\r\nevent: end\ndata: {}\n\n';
const MESSAGES = [
  { event: 'message', data: '{"a":1}', id: '7' },
  { event: 'message', data: 'first\nsécond', id: '8' },
  { event: 'end', data: '{}', id: '8' },
];

describe('a stream of events', () => {
  it('is read as the standard says', async () => {
    expect(await read(Buffer.from(TEXT))).toEqual(MESSAGES);
  });

  it('means the same in whatever pieces it comes', async () => {
    const bytes = Buffer.from(TEXT);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(await read(...pieces)).toEqual(MESSAGES);
      }),
    );
  });

  it('leaves out a message that was cut off', async () => {
    expect(await read(Buffer.from('id: 7\ndata: whole\n\nid: 8\ndata: ha'))).toEqual([
      { event: 'message', data: 'whole', id: '7' },
    ]);
  });
});
