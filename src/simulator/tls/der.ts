/**
 * Values in the distinguished encoding of ASN.1 (https://www.itu.int/rec/T-REC-X.690): a tag, a length, and the content. Only the
 * types that a certificate is made of.
 */

/** Bytes of a value, with its tag and length. */
export type Der = Uint8Array;

export const sequence = (...items: readonly Der[]): Der => value(0x30, ...items);
export const set = (...items: readonly Der[]): Der => value(0x31, ...items);
export const boolean = (is: boolean): Der => value(0x01, Uint8Array.of(is ? 0xff : 0));
export const octets = (bytes: Uint8Array): Der => value(0x04, bytes);
export const utf8 = (text: string): Der => value(0x0c, Buffer.from(text, 'utf8'));

/** @param bytes of a number that is not negative, the highest first */
export function integer(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  // A first bit of one would say that the number is negative.
  return (shortest[0] ?? 0) > 0x7f ? value(0x02, Uint8Array.of(0), shortest) : value(0x02, shortest);
}

/** @param unused how many bits at the end do not count */
export function bits(bytes: Uint8Array, unused = 0): Der {
  return value(0x03, Uint8Array.of(unused), bytes);
}

/** @param dotted `1.2.840.10045.4.3.2` */
export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return value(0x06, Uint8Array.from([40 * first + second, ...rest].flatMap(inSevens)));
}

/** UTCTime until 2049, GeneralizedTime from then on: RFC 5280, 4.1.2.5. */
export function time(date: Date): Der {
  const digits = `${date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/\D/g, '')}Z`;
  return date.getUTCFullYear() < 2050
    ? value(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : value(0x18, Buffer.from(digits, 'latin1'));
}

/** `[number] EXPLICIT`: a whole value inside another. */
export const explicit = (number: number, item: Der): Der => value(0xa0 + number, item);

/** `[number] IMPLICIT` of a simple type: its content alone. */
export const implicit = (number: number, content: Uint8Array): Der => value(0x80 + number, content);

function value(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.from([tag, ...length(content.length)]), content]);
}

function length(count: number): readonly number[] {
  if (count < 0x80) return [count];
  const bytes: number[] = [];
  for (let rest = count; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}

/** Seven bits a byte, of which all but the last have the eighth set. */
function inSevens(number: number): readonly number[] {
  const bytes = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 + (rest % 128));
  return bytes;
}
