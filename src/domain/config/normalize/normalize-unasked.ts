import type { SectionName, Unasked } from '../../sections/names.ts';
import type { DeploymentConfig } from '../model.ts';
import type { RawConfig } from '../schema.ts';

/** The sections that the file does not ask for, and why. */
export function normalizeUnasked(raw: RawConfig): NonNullable<DeploymentConfig['unasked']> {
  const given: Readonly<Record<SectionName, object | false | null | undefined>> = {
    containerRegistry: raw.container_registry,
    monitoring: raw.monitoring,
    postgresql: raw.postgresql,
    redis: raw.redis,
    // Where the file says nothing of it the model has none, as configurations of before.
    storage: raw.storage ?? {},
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([section, value]): [string, Unasked][] => {
      if (value === false) return [[section, 'let_go']];
      return value ? [] : [[section, 'absent']];
    }),
  );
}
