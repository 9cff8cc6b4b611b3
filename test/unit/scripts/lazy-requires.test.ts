import { describe, expect, it } from 'vitest';
import { withLazyRequires } from '../../../scripts/lazy-requires.ts';

/** Runs CommonJS code as Node does; answers what it exported and what it required, in order. */
function run(code: string): {
  readonly exports: Record<string, (...args: unknown[]) => unknown>;
  readonly required: string[];
} {
  const required: string[] = [];
  const packages: Record<string, unknown> = {
    http: { get: (url: string) => `got ${url}` },
    dates: (now: number) => now + 1,
  };
  const exports = {};
  new Function('require', 'exports', code)((name: string) => {
    required.push(name);
    return packages[name];
  }, exports);
  return { exports, required };
}

const CODE = `"use strict";
const http_1 = require("http");
const dates = require("dates");
exports.get = (request) => (0, http_1.get)(request.url);
exports.tomorrow = (now) => dates(now);
exports.named = () => ({ dates: 1 }).dates;
`;

describe('a require that is made lazy', () => {
  it('loads its package with the first use', () => {
    const { exports, required } = run(withLazyRequires(CODE, ['http', 'dates']));
    expect(required).toEqual([]);
    expect(exports.get?.({ url: 'there' })).toBe('got there');
    expect(required).toEqual(['http']);
    expect(exports.tomorrow?.(1)).toBe(2);
  });

  it('leaves properties of the same name alone, and packages that are not named', () => {
    const { exports, required } = run(withLazyRequires(CODE, ['dates']));
    expect(required).toEqual(['http']);
    expect(exports.named?.()).toBe(1);
  });
});
