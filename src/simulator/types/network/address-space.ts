import { isIPv4 } from 'node:net';

/** An IPv4 range, `10.0.0.0/16`. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Undefined where it is none, or begins in the middle of one. */
export function rangeOf(text: string): Range | undefined {
  const [address = '', bits = ''] = text.split('/');
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlap(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}
