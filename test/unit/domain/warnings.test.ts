import { describe, expect, it } from 'vitest';
import { type ConfigResult, parseConfig } from '../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../src/domain/config/stored.ts';
import { unacknowledged } from '../../../src/domain/warnings/warning-codes.ts';
import { configWarnings } from '../../../src/planning/config-warnings.ts';

function parse(acknowledge: string): ConfigResult {
  return parseConfig(`
azure: { resource_group: shop-rg, location: westeurope }
key_vault: { name: shop-vault-1 }
postgresql: { server_name: shop-pg-1 }
tags: { azure-team: a }
services:
  queue: { image: "rabbitmq:4" }
${acknowledge}`);
}

function told(acknowledge: string) {
  const result = parse(acknowledge);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { config, warnings } = result.parsed;
  return {
    config,
    file: warnings.map(({ message }) => codeOf(message)),
    plan: unacknowledged(configWarnings(config), config.acknowledge).map(codeOf),
  };
}

const codeOf = (text: string): string | undefined => / \[(\w+)\]$/.exec(text)?.[1];

describe('a warning', () => {
  it('ends with the code that acknowledges it, and is told no more once it is', () => {
    const before = told('');
    expect(before.plan).toEqual(['data_in_container', 'not_side_by_side', 'postgresql_open']);
    expect(before.file).toEqual(['tag_reserved']);

    const after = told('acknowledge: [postgresql_open, tag_reserved]');
    expect(after.plan).toEqual(['data_in_container', 'not_side_by_side']);
    expect(after.file).toEqual([]);
    expect(storedConfigSchema.parse(after.config)).toEqual(after.config);
  });

  it('cannot be acknowledged by a code that nothing has', () => {
    const result = parse('acknowledge: [postgres_open]');
    expect(result.ok ? [] : result.problems).toEqual([
      expect.objectContaining({ path: 'acknowledge.0', message: expect.stringContaining('postgresql_open') }),
    ]);
  });
});
