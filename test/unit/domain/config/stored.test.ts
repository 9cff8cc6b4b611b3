import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';

/** Optional members count, too; whether a list may be changed does not. */
type Required<T> = T extends readonly (infer Member)[]
  ? Required<Member>[]
  : T extends object
    ? { -readonly [Key in keyof T]-?: Required<T[Key]> }
    : T;
type Same<A, B> = [Required<A>, Required<B>] extends [Required<B>, Required<A>] ? true : false;
/** A member that the model has and the schema has not would make configurations unreadable once they are stored. */
const isComplete: Same<DeploymentConfig, z.infer<typeof storedConfigSchema>> = true;

describe('a stored configuration', () => {
  it('has every member of the model', () => {
    expect(isComplete).toBe(true);
  });

  it('is read back as it was written', async () => {
    const text = await readFile(new URL('../../../../examples/draftgenie/config.yaml', import.meta.url), 'utf8');
    const result = parseConfig(text);
    if (!result.ok) throw new Error('the example is not valid');
    for (const config of [result.parsed.config, deploymentConfig()]) {
      expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  });

  it('with a member that this version does not know is refused', () => {
    expect(storedConfigSchema.safeParse({ ...deploymentConfig(), later: true }).success).toBe(false);
  });
});
