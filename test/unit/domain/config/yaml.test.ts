import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../../src/domain/config/document/document.ts';

function dataOf(text: string): unknown {
  const read = readDocument(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.document.value;
}

function refusal(text: string): string {
  const read = readDocument(text);
  return read.ok ? '' : read.problems.map(({ message, line, column }) => `${line}:${column} ${message}`).join('\n');
}

describe('merge keys', () => {
  it('take the keys of a map over, and its own keys win wherever they stand', () => {
    const text = 'x: &x {a: 1, b: 2}\ny: {a: 3, <<: *x}\nz: {<<: *x, b: 4}';
    expect(dataOf(text)).toMatchObject({ y: { a: 3, b: 2 }, z: { a: 1, b: 4 } });
  });

  it('take a list of maps, of which the first wins, and maps that merge others', () => {
    const text = 'x: &x {a: 1}\ny: &y {<<: *x, a: 2, b: 2}\nz: {<<: [*x, *y, {c: 3}]}';
    expect(dataOf(text)).toMatchObject({ z: { a: 1, b: 2, c: 3 } });
  });

  it('keep the order in which the keys stand', () => {
    const text = 'x: &x {b: 1, c: 1}\ny: {a: 1, <<: *x, d: 1}';
    expect(Object.keys((dataOf(text) as { y: object }).y)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are keys like others in quotes', () => {
    expect(dataOf('x: {"<<": {a: 1}}')).toEqual({ x: { '<<': { a: 1 } } });
  });

  it('are read in documents that say they are YAML 1.1', () => {
    expect(dataOf('%YAML 1.1\n---\nx: &x {a: 1}\ny: {<<: *x}')).toMatchObject({ y: { a: 1 } });
  });

  it.each(['x: {<<: 1}', 'x: {<<: [1]}', 'x: {<<: }', 'a: &a [1]\nx: {<<: *a}'])(
    'refuse what is no map: %s',
    (text) => {
      expect(refusal(text)).toMatch(/^\d+:\d+ not usable YAML: << takes keys and values/);
    },
  );

  it('twice in one map are refused', () => {
    expect(refusal('x: &x {a: 1}\ny: {<<: *x, <<: *x}')).toContain('2:13 not valid YAML: the key << is there twice');
  });
});

describe('aliases', () => {
  it('stand for the last anchor of their name before them', () => {
    expect(dataOf('a: &x 1\nb: *x\nc: &x 2\nd: *x')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it('of nothing, and of what holds them, are refused at their place', () => {
    expect(refusal('a: 1\nb: *c')).toBe('2:4 not usable YAML: there is no anchor c before this alias');
    expect(refusal('a: &a {b: *a}')).toContain('an alias stands within what it is an alias of');
    expect(refusal('a: &a {<<: *a}')).toContain('an alias stands within what it is an alias of');
  });

  it.each([
    ['aliases', (name: string) => `[${`*${name},`.repeat(100)}]`],
    ['merge keys', (name: string) => `{<<: [${`*${name},`.repeat(100)}]}`],
  ])('that grow by powers are refused before they are followed: %s', (_what, level) => {
    const names = ['b', 'c', 'd', 'e', 'f', 'g'];
    const lines = names.map((name, index) => `${name}: &${name} ${level(names[index - 1] ?? 'a')}`);
    expect(refusal(['a: &a {k: 1}', ...lines].join('\n'))).toContain('aliases repeat more than 100000 values');
  });

  it('in their thousands take no longer than their number', () => {
    const started = performance.now();
    dataOf(`a: &a 1\nb: [${'*a,'.repeat(20_000)}]`);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
