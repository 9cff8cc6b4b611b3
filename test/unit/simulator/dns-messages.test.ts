import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerMessage, readQuestion } from '../../../src/simulator/dns/wire-format.ts';

/** A query for the A record of `a.b`, with recursion desired and an EDNS record that allows 1232 bytes. */
const QUERY = Buffer.from([
  ...[0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1],
  ...[1, 97, 1, 98, 0, 0, 1, 0, 1],
  ...[0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0],
]);

describe('messages of the DNS', () => {
  it('are read, and answered with their id and question', () => {
    const question = readQuestion(QUERY);
    expect(question).toMatchObject({ name: 'a.b', type: 'A', largest: 1232 });
    if (!question) return;
    const record = { name: 'a.b', type: 'A', ttl: 60, data: '20.1.2.3' } as const;
    const reply = answerMessage(question, { status: 'NOERROR', answers: [record] }, 512);
    expect([...reply.subarray(0, 12)]).toEqual([0x12, 0x34, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    expect([...reply.subarray(-4)]).toEqual([20, 1, 2, 3]);
    const missing = answerMessage(question, { status: 'NXDOMAIN', answers: [] }, 512);
    expect((missing[3] ?? 0) & 0x0f).toBe(3);
  });

  it('are cut where they are too large, and say so', () => {
    const question = readQuestion(QUERY.subarray(0, 21));
    expect(question?.largest).toBe(512);
    if (!question) return;
    const answers = Array.from({ length: 40 }, () => ({ name: 'a.b', type: 'A', ttl: 60, data: '20.1.2.3' }) as const);
    const reply = answerMessage(question, { status: 'NOERROR', answers }, question.largest);
    expect([reply.length, (reply[2] ?? 0) & 0x02, reply.readUInt16BE(6)]).toEqual([21, 2, 0]);
  });

  it('that are none are left alone, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const question = readQuestion(Buffer.from(bytes));
        return question === undefined || question.message.length <= bytes.length;
      }),
    );
    for (let length = 0; length < 21; length += 1) expect(readQuestion(QUERY.subarray(0, length))).toBeUndefined();
    const pointer = Buffer.from(QUERY);
    pointer[12] = 0xc0;
    expect(readQuestion(pointer)).toBeUndefined();
  });
});
