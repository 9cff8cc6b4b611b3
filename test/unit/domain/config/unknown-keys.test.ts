import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig } from '../../../../src/domain/config/parse.ts';

const EXAMPLE = readFileSync(new URL('../../../../examples/draftgenie/config.yaml', import.meta.url), 'utf8');

type Tree = Record<string, Record<string, unknown>>;

/** The example with one thing changed. */
function edited(change: (config: Tree & { services: Record<string, Record<string, unknown>> }) => void): string {
  const config = parse(EXAMPLE) as Tree & { services: Record<string, Record<string, unknown>> };
  change(config);
  return stringify(config);
}

function problems(text: string): readonly string[] {
  const result = parseConfig(text);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('unknown keys', () => {
  const text = edited((config) => {
    Object.assign(config.azure ?? {}, { resource_gruop: 'x' });
    Object.assign(config, { 'x-own': { anything: true }, postgres: { server_name: 'x' } });
    Object.assign(config.services.api_gateway ?? {}, { 'x-own': 1, migration: { comand: 'x', command: 'y' } });
  });

  it('are problems at the place of the key, with what was probably meant', () => {
    const result = parseConfig(text);
    if (result.ok) throw new Error('it was accepted');
    expect(result.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'azure.resource_gruop: unknown key; did you mean resource_group?',
      'services.api_gateway.x-own: unknown key',
      'services.api_gateway.migration.comand: unknown key; did you mean command?',
      'postgres: unknown key; did you mean postgresql?',
    ]);
    const lines = text.split('\n');
    for (const { path, line = 0, column = 0 } of result.problems)
      expect(lines[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^${path.split('.').at(-1)}:`));
  });

  it('are told together with what else is wrong', () => {
    expect(problems(text.replace(/server_name: .*pg/, 'server_name: A'))).toContain(
      'postgres: unknown key; did you mean postgresql?',
    );
    expect(problems(text.replace('port: 3000', 'port: x')).join('\n')).toContain('services.api_gateway.port: expected');
    expect(problems(text.replace('port: 3000', 'port: x'))).toHaveLength(5);
  });

  it('are warnings where they are allowed', () => {
    const result = parseConfig(text, { allowUnknownKeys: true });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(result.parsed.warnings.map(({ path, message }) => `${path}: ${message}`)).toContain(
      'azure.resource_gruop: unknown key, ignored; did you mean resource_group? [unknown_key]',
    );
    expect(result.parsed.warnings).toHaveLength(4);
    const known = parseConfig(`${text}\nacknowledge: [unknown_key]\n`, { allowUnknownKeys: true });
    expect(known).toMatchObject({ ok: true, parsed: { warnings: [] } });
    // Who refuses them has no use for that.
    expect(parseConfig(`${text}\nacknowledge: [unknown_key]\n`)).toMatchObject({ ok: false });
  });

  it('in an anchor are told where they stand', () => {
    const merged = `x-own: &own\n  cppu: 1\n${EXAMPLE.replace('port: 3000', '<<: *own, port: 3000')}`;
    const result = parseConfig(merged);
    expect(result.ok ? [] : result.problems).toMatchObject([{ path: 'services.api_gateway.cppu', line: 2, column: 3 }]);
  });
});
