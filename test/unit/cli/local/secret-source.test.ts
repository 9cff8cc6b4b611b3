import { describe, expect, it } from 'vitest';
import { createSecretSource } from '../../../../src/cli/local/secret-source.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';

const CONFIG = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
postgresql: { admin_user: keeper, admin_password: "env:PASSWORD" }
services: { web: { image: "redis:7", port: 8080, env: { A: { secret: key } } } }
secrets: { key: "env:KEY" }
`;

function source(env: NodeJS.ProcessEnv, simulate = false) {
  const result = parseConfig(CONFIG);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return createSecretSource(result.parsed, env, simulate);
}

describe('secrets from the environment of the command', () => {
  it('are there by the names of their variables', () => {
    expect(source({ PASSWORD: 'Strong-1234', KEY: 'k' }).environment('KEY')).toBe('k');
  });

  it('are refused where Azure would refuse them, all at once and without their values', () => {
    const give = () => source({ PASSWORD: 'weakest-of-all', KEY: 'k'.repeat(25_601) });
    expect(give).toThrow(
      'PASSWORD must have three of these: upper-case letters, lower-case letters, digits, other characters; KEY has 25601 bytes; a secret of the vault has at most 25600.',
    );
    expect(give).toThrow(expect.objectContaining({ code: 'secret_refused' }));
  });

  it('that are missing are named, and made up for the simulator', () => {
    expect(() => source({ KEY: 'k' })).toThrow('PASSWORD');
    expect(source({ KEY: 'k' }, true).madeUp).toEqual(['PASSWORD']);
  });
});
