import { z } from 'zod';
import { BACKENDS } from './asked-names.ts';

/**
 * What is said of an installation, as the configuration keeps it under `x-install`: whoever installs again says only what changes.
 */
export const installOptionsSchema = z.strictObject({
  /** Of the app, and in the names of all that belongs to it. */
  name: z.string(),
  location: z.string(),
  resourceGroup: z.string(),
  subscription: z.string().exactOptional(),
  /** Resource groups that it deploys to; empty: whatever there is in the subscription. */
  deploysTo: z.array(z.string()).readonly(),
  /** By the name after `env:`, the secret in the vault of the installation. */
  secrets: z.record(z.string(), z.string()),
  /** Whether configurations that are uploaded are deployed. */
  uploads: z.boolean(),
  /** Client id of the app registration by which callers are told apart. */
  entraApp: z.string().exactOptional(),
  /** Networks from which the app is reached; empty: from everywhere. */
  allow: z.array(z.string()).readonly(),
  /** What keeps the orchestrations; absent: nobody has ever said, and the storage does. */
  backend: z.enum(BACKENDS).exactOptional(),
  github: z.strictObject({ repository: z.string(), subject: z.string() }).exactOptional(),
});

export type InstallOptions = z.infer<typeof installOptionsSchema>;

export function usesScheduler({ backend }: Pick<InstallOptions, 'backend'>): boolean {
  return backend === 'durable-task-scheduler';
}

/** Everything but what has to be said. */
export const INSTALL_DEFAULTS = {
  deploysTo: [],
  secrets: {},
  uploads: true,
  allow: [],
} as const satisfies Partial<InstallOptions>;

/** Names of what must be free in all of Azure, and of the container from which the app runs. */
export function installedNames({ name }: Pick<InstallOptions, 'name'>) {
  return { vault: `${name}-kv`, storage: `${name.replaceAll('-', '')}st` } as const;
}
