import { isIPv4 } from 'node:net';
import { type DnsAnswer, STATUS_NUMBERS } from './public-dns.ts';
import { caaParts, type DnsRecord, isRecordType, RECORD_NUMBERS, type RecordType } from './record.ts';

/** A question as a client sent it. */
export interface DnsQuestion {
  readonly name: string;
  /** Undefined: of a type that is not simulated, of which there is never a record. */
  readonly type: RecordType | undefined;
  /** Header and question, to be sent back. */
  readonly message: Buffer;
  /** The largest answer by UDP that the client takes. */
  readonly largest: number;
}

const HEADER = 12;
const OPT = 41;
const SMALLEST_LIMIT = 512;
/** Response, authoritative, recursion available; beside the client's "recursion desired". */
const FLAGS = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursion: 0x0080,
};

/**
 * Reads a query with one question, as every resolver sends (https://www.rfc-editor.org/rfc/rfc1035#section-4); undefined for
 * anything else.
 */
export function readQuestion(message: Buffer): DnsQuestion | undefined {
  if (message.length < HEADER || message.readUInt16BE(2) & FLAGS.response || message.readUInt16BE(4) !== 1)
    return undefined;
  const labels: string[] = [];
  let at = HEADER;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    // A pointer: there is nothing before the question that it could point to.
    if (length > 63 || at + length >= message.length) return undefined;
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const end = at + 5;
  if (end > message.length) return undefined;
  const number = message.readUInt16BE(at + 1);
  const type = Object.entries(RECORD_NUMBERS).find(([, known]) => known === number)?.[0] ?? '';
  return {
    name: labels.join('.'),
    type: isRecordType(type) ? type : undefined,
    message: message.subarray(0, end),
    largest: limitOf(message, end),
  };
}

/** What the client's EDNS record allows: https://www.rfc-editor.org/rfc/rfc6891#section-6.1.2. It is the only one after the question. */
function limitOf(message: Buffer, end: number): number {
  const hasOptions = message.length >= end + 11 && message[end] === 0 && message.readUInt16BE(end + 1) === OPT;
  return hasOptions ? Math.max(SMALLEST_LIMIT, message.readUInt16BE(end + 3)) : SMALLEST_LIMIT;
}

/** The message that answers a question; one that is larger than the limit is empty and says so, and the client asks by TCP. */
export function answerMessage({ message }: DnsQuestion, { status, answers }: DnsAnswer, limit: number): Buffer {
  const reply = Buffer.concat([message, ...answers.map(recordBytes)]);
  const isTooLarge = reply.length > limit;
  const sent = isTooLarge ? Buffer.from(message) : reply;
  const flags =
    FLAGS.response | FLAGS.authoritative | FLAGS.recursion | (message.readUInt16BE(2) & FLAGS.recursionDesired);
  sent.writeUInt16BE(flags | (isTooLarge ? FLAGS.truncated : 0) | STATUS_NUMBERS[status], 2);
  sent.writeUInt16BE(isTooLarge ? 0 : answers.length, 6);
  sent.fill(0, 8, HEADER);
  return sent;
}

function recordBytes({ name, type, ttl, data }: DnsRecord): Buffer {
  const content = contentBytes(type, data);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(RECORD_NUMBERS[type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(content.length, 8);
  return Buffer.concat([nameBytes(name), fixed, content]);
}

function contentBytes(type: RecordType, data: string): Buffer {
  switch (type) {
    case 'A':
      return isIPv4(data) ? Buffer.from(data.split('.').map(Number)) : Buffer.alloc(4);
    case 'CNAME':
    case 'NS':
      return nameBytes(data);
    case 'TXT':
      return textBytes(data);
    case 'CAA': {
      const { flags, tag, value } = caaParts(data) ?? { flags: 0, tag: '', value: '' };
      return Buffer.concat([Buffer.from([flags, tag.length]), Buffer.from(tag), Buffer.from(value)]);
    }
    case 'SOA': {
      const [host = '', email = '', ...numbers] = data.split(' ');
      const fields = Buffer.alloc(20);
      for (const [index, number] of numbers.slice(0, 5).entries()) fields.writeUInt32BE(Number(number), index * 4);
      return Buffer.concat([nameBytes(host), nameBytes(email), fields]);
    }
  }
}

/** Each part has at most 255 bytes. */
function textBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  const parts = Array.from({ length: Math.max(1, Math.ceil(bytes.length / 255)) }, (_, index) =>
    bytes.subarray(index * 255, (index + 1) * 255),
  );
  return Buffer.concat(parts.flatMap((part) => [Buffer.from([part.length]), part]));
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const parts = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  return Buffer.concat([...parts, Buffer.from([0])]);
}
