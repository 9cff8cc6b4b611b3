import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { packEntries } from './archive.ts';
import { buildableFiles } from './source-tree.ts';
import type { ContextEntry } from './walk.ts';

/** The sources of an application for a deployer elsewhere. */
export interface PackedSource {
  /** Of the bytes. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/**
 * A gzipped tar of exactly what the builds of all services see, with paths relative to the source directory. The same tree
 * gives the same bytes. Throws UserError `source_invalid` naming file and line for what cannot be built.
 */
export async function packSource(directory: string, config: DeploymentConfig): Promise<PackedSource> {
  const { buildContext, platform } = config.docker;
  const entries = new Map<string, ContextEntry>();
  for (const { key, image, dockerfile } of config.services.application) {
    if (image !== undefined || dockerfile === undefined) continue;
    const source = { service: key, buildContext, dockerfile, platform: `${platform.os}/${platform.architecture}` };
    for (const entry of (await buildableFiles(directory, source)).entries) {
      const path = posix.join(buildContext, entry.path);
      entries.set(path, { ...entry, path });
    }
  }
  const bytes = await packEntries(directory, [...entries.values()]);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
