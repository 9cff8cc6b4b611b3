import { describe, expect, it } from 'vitest';
import { parsePathPattern } from '../../../../src/runtime/blob/path-pattern.ts';

describe('the path of a blob trigger', () => {
  it.each([
    ['configs/{env}.yaml', 'production.yaml', { env: 'production' }],
    ['configs/{env}.yaml', 'production.yml', undefined],
    ['configs/{env}.yaml', 'production.YAML', undefined],
    ['configs/{env}.yaml', 'a/b.yaml', { env: 'a/b' }],
    ['configs/{name}.{type}', 'file.tar.gz', { name: 'file.tar', type: 'gz' }],
    ['configs/in/{name}', 'in/x', { name: 'x' }],
    ['configs/in/{name}', 'out/x', undefined],
    ['configs', 'any/thing', { name: 'any/thing' }],
    ['configs/exact.txt', 'exact.txt', {}],
    ['configs/exact.txt', 'exactXtxt', undefined],
    ['configs/{{x}}-{name}', '{x}-1', { name: '1' }],
  ])('%s against %s', (path, name, expected) => {
    expect(parsePathPattern(path).match(name)).toEqual(expected);
  });

  it('knows what every matching name begins with', () => {
    expect(parsePathPattern('configs/in/{name}.yaml')).toMatchObject({ container: 'configs', prefix: 'in/' });
    expect(parsePathPattern('configs/{name}').prefix).toBe('');
  });

  it.each(['{container}/{name}', 'UPPER/x', 'ab/x', 'configs/{x', 'configs/{x}{x}', 'configs/{a-b}'])(
    'is refused: %s',
    (path) => {
      expect(() => parsePathPattern(path)).toThrow();
    },
  );
});
