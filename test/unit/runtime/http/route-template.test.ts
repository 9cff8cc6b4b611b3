import { describe, expect, it } from 'vitest';
import { parseRequestPath } from '../../../../src/runtime/http/request-path.ts';
import { parseRouteTemplate } from '../../../../src/runtime/http/route-template.ts';

function match(template: string, path: string): Readonly<Record<string, string>> | undefined {
  return parseRouteTemplate(template).match(parseRequestPath(path)?.segments ?? []);
}

describe('a route template', () => {
  it.each([
    ['a/b', '/a/b', {}],
    ['a/b', '/A/B', {}],
    ['a/b', '/a', undefined],
    ['a/b', '/a/b/c', undefined],
    ['/a/{x}/', '/a/1', { x: '1' }],
    ['a/{x}', '/a', undefined],
    ['a/{x?}', '/a', {}],
    ['a/{x?}', '/a/1', { x: '1' }],
    ['a/{x=5}', '/a', { x: '5' }],
    ['a/{*rest}', '/a', {}],
    ['a/{*rest}', '/a/b/c', { rest: 'b/c' }],
    ['a/{**rest}', '/a/b/c', { rest: 'b/c' }],
    ['{name}.{type}', '/file.tar.gz', { name: 'file.tar', type: 'gz' }],
    ['v{version:int}', '/v12', { version: '12' }],
    ['v{version:int}', '/vx', undefined],
    ['a.c', '/abc', undefined],
    ['', '/', {}],
  ])('%s against %s', (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });

  it.each([
    ['int', '12', '1.5'],
    ['int', '-2147483648', '2147483648'],
    ['long', '9223372036854775807', '9223372036854775808'],
    ['bool', 'True', 'yes'],
    ['alpha', 'abC', 'a1'],
    ['guid', '0f8fad5b-d9cb-469f-a165-70867728950e', '0f8fad5b'],
    ['decimal', '-1.5', '1e5'],
    ['double', '1e5', 'one'],
    ['float', '.5', 'x'],
    ['datetime', '2026-01-02', 'soon'],
    ['length(3)', 'abc', 'abcd'],
    ['length(2,3)', 'ab', 'abcd'],
    ['minlength(2)', 'ab', 'a'],
    ['maxlength(2)', 'ab', 'abc'],
    ['min(5)', '5', '4'],
    ['max(5)', '5', '6'],
    ['range(2,4)', '4', '5'],
    ['regex(^a+$)', 'AAA', 'ab'],
    ['regex(^\\d{{2}}$)', '12', '123'],
    ['regex(^(a|b)?c$)', 'bc', 'xc'],
    ['alpha:length(2)', 'ab', 'a1'],
  ])('the constraint %s takes %s and not %s', (constraint, good, bad) => {
    expect(match(`{x:${constraint}}`, `/${good}`)).toEqual({ x: good });
    expect(match(`{x:${constraint}}`, `/${bad}`)).toBeUndefined();
  });

  it.each(['{x:integer}', '{x', '{x}/{X}', '{*rest}/more', 'a//b', '{1x}', '{x:length(a)}', '{x?}.json'])(
    'is refused: %s',
    (template) => {
      expect(() => parseRouteTemplate(template)).toThrow();
    },
  );

  it('orders literal, constrained, free and catch-all segments', () => {
    const templates = ['a/{*rest}', 'a/{x}', 'a/b', 'a/{x:int}', 'a/x{y}', '{*all}'];
    const sorted = templates.map(parseRouteTemplate).sort((a, b) => a.precedence.localeCompare(b.precedence));
    expect(sorted.map(({ text }) => text)).toEqual(['a/b', 'a/{x:int}', 'a/x{y}', 'a/{x}', 'a/{*rest}', '{*all}']);
  });
});

describe('a request path', () => {
  it('is split before it is decoded, and an encoded slash stays', () => {
    expect(parseRequestPath('/a%2Fb/c%20d?x=1?2')).toMatchObject({ segments: ['a%2Fb', 'c d'] });
    expect(parseRequestPath('/a?x=1?2')?.query.get('x')).toBe('1?2');
    expect(parseRequestPath('http://host:1/a/b')?.segments).toEqual(['a', 'b']);
    expect(parseRequestPath('/a/')?.segments).toEqual(['a']);
    expect(parseRequestPath('/')?.segments).toEqual([]);
  });

  it('has its dot segments resolved, however they are written', () => {
    for (const target of ['/a/../b', '/a/%2E%2e/b', '/./b', '/../../b']) {
      expect(parseRequestPath(target)?.segments).toEqual(['b']);
    }
    expect(parseRequestPath('/a%2F../b')?.segments).toEqual(['a%2F..', 'b']);
  });

  it.each(['/%00', '/%', '/%ff', 'a', '*'])('is refused: %s', (target) => {
    expect(parseRequestPath(target)).toBeUndefined();
  });
});
