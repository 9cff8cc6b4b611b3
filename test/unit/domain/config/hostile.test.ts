import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ParsedConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';

const EXAMPLE = readFileSync(new URL('../../../../examples/draftgenie/config.yaml', import.meta.url), 'utf8');

function parsed(text: string): ParsedConfig {
  const result = parseConfig(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed;
}

function problems(text: string): readonly string[] {
  const result = parseConfig(text);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('a configuration meant to hurt', () => {
  it('with tens of thousands of keys is refused without comparing each with each', () => {
    const text = Array.from({ length: 25_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(problems(text)).toEqual([expect.stringContaining('more than 20000 keys')]);
  });

  it('with more words than a parser has memory for is refused before it is parsed', () => {
    const texts = [
      '#\n'.repeat(200_000),
      `a: [${'1,'.repeat(200_000)}]`,
      'a: 1\n'.repeat(100_000),
      '\n'.repeat(300_000),
    ];
    for (const text of texts) expect(problems(text)).toEqual([expect.stringContaining('more than 250000 words')]);
  });

  it('with more ways from service to service than can be tried is read all the same', () => {
    const service = (index: number): string => {
      const before = [1, 2, 3].flatMap((back) => (index >= back ? [`s${index - back}`] : []));
      return `  s${index}: {image: "nginx:1", port: 80, depends_on: [${before.join(', ')}]}\n`;
    };
    const services = Array.from({ length: 150 }, (_, index) => service(index)).join('');
    expect(problems(EXAMPLE.replace('services:\n', `services:\n${services}`))).toEqual([]);
  });

  it('that names by aliases what there is not, time and again, is not searched for what was meant each time', () => {
    const names = (text: string): string => Array.from({ length: 150 }, (_, index) => `${text}${index}`).join(', ');
    const services = Array.from({ length: 150 }, (_, index) => `  s${index}: *s\n`).join('');
    const env = names('V').replaceAll(/V\d+/g, (name) => `${name}: "\${{services.s0.nope}}"`);
    for (const said of [`depends_on: [${names('z')}]`, `env: {${env}}`]) {
      const text = `x-s: &s {image: a, port: 80, ${said}}\n${EXAMPLE.replace('services:\n', `services:\n${services}`)}`;
      const found = problems(text);
      expect(found).toHaveLength(100);
      expect(found[0]).toMatch(/there is no service "z0"|nothing is called services.s0.nope/);
    }
  });

  it('hides no nesting behind brackets in quotes', () => {
    expect(problems(`a: ${'["]",'.repeat(20_000)}`)).toEqual([expect.stringContaining('nested too deeply')]);
  });

  it('may have any number of brackets in comments and texts', () => {
    expect(problems(`# ${'['.repeat(200)}\n${EXAMPLE}`)).toEqual([]);
    expect(problems(`${EXAMPLE}\nx-note: "${'['.repeat(200)}"\n`)).toEqual([]);
  });

  it('is told of a key that comes twice, also as a number and as text', () => {
    expect(problems('a: 1\nb: 2\na: 3\n')).toEqual([expect.stringContaining('the key a is there twice')]);
    expect(problems('1: x\n"1": y\n')).toEqual([expect.stringContaining('the key 1 is there twice')]);
  });

  it('cannot lose a service by calling it __proto__', () => {
    expect(problems(EXAMPLE.replace('services:', 'services:\n  __proto__:\n    port: 80'))).toEqual([
      expect.stringContaining('__proto__ is not allowed'),
    ]);
  });

  it('gives a service called constructor nothing that every object has', () => {
    const text = EXAMPLE.replace('services:', 'services:\n  constructor:\n    port: 80\n    image: nginx:1');
    const service = parsed(text).config.services.infrastructure.find(({ key }) => key === 'constructor');
    expect(service).toMatchObject({ kind: 'infrastructure', image: 'nginx:1' });
    expect(service?.dockerfile).toBeUndefined();
  });

  it('cannot hold half a character, which has no canonical form', () => {
    const half = [expect.stringContaining('half a character')];
    expect(problems(`${EXAMPLE}\nx-note: "\\ud800"\n`)).toEqual(half);
    expect(problems(`${EXAMPLE}\n"x-\\udc00": x\n`)).toEqual(half);
    expect(problems(`${EXAMPLE}\nx-note: "\\ud83d\\ude00"\n`)).toEqual([]);
  });

  it('gets at most a hundred problems, each short', () => {
    const services = Array.from({ length: 500 }, (_, index) => `  s${index}: {port: x}`).join('\n');
    expect(problems(`services:\n${services}\n`)).toHaveLength(100);
    expect(problems(`services:\n  ${'x'.repeat(100_000)}: {port: x}\n`).join('').length).toBeLessThan(5000);
    expect(problems(`a: *${'x'.repeat(100_000)}\n`).join('').length).toBeLessThan(1000);
  });
});
