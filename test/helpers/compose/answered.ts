import { stringify } from 'yaml';
import { type ConfigResult, parseConfig } from '../../../src/domain/config/parse.ts';
import type { Draft } from '../../../src/init/draft.ts';
import type { JsonObject } from '../../../src/shared/json.ts';

/** A draft with what its user is asked for, as a configuration. @param variables that the shell has */
export function answered(
  { config }: Draft,
  variables: (name: string) => string | undefined = () => undefined,
): ConfigResult {
  const { storage } = config as { storage?: JsonObject };
  const document: JsonObject = {
    azure: { resource_group: 'compose-rg', location: 'westeurope', project_name: 'compose' },
    key_vault: { name: 'compose-kv' },
    container_registry: { name: 'composeregistry' },
    ...config,
    ...(storage && { storage: { account: 'composefiles', ...storage } }),
  };
  return parseConfig(stringify(document), { variables });
}
