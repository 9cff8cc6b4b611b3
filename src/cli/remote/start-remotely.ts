import { randomUUID } from 'node:crypto';
import type { RunView } from '../../domain/api/views.ts';
import type { ConfigFile, DeploymentRequest } from '../../runs/deployments.ts';
import { askedOf } from '../../runs/run-options.ts';
import { findSource } from '../load-config.ts';
import type { RemoteClient } from './client.ts';
import { refuseLiterals } from './refuse-literals.ts';
import { uploadSource } from './upload-source.ts';

/** Lets a served app start a run; however often a request is repeated, it starts one. */
export async function startRemotely(
  client: RemoteClient,
  environment: string,
  { work, options, resetState }: DeploymentRequest,
  tell: (line: string) => void,
): Promise<RunView> {
  const path = { environment };
  const key = { 'idempotency-key': randomUUID() };
  switch (work.kind) {
    case 'deploy': {
      const { config, allowUnknownKeys } = work.config;
      refuseLiterals(work.config);
      const directory = work.source ?? (await findSource(work.config.path, config));
      const source = await uploadSource(client, directory, work.config, tell);
      return await client.call('startDeployment', {
        path,
        // Apps of before there were limits know no such option.
        query: {
          ...askedOf(options),
          acceptCost: options.acceptCost || undefined,
          resetState,
          source,
          allowUnknownKeys,
          from: config.naming?.from,
        },
        ...bodyOf(work.config, key),
      });
    }
    case 'rollback': {
      const { autoApprove, dryRun } = options;
      const body = { ...(work.to !== undefined && { to: work.to }), autoApprove, dryRun };
      return await client.call('rollback', { path, headers: key, body });
    }
    case 'destroy': {
      const { kind: _, ...given } = work;
      const { autoApprove, dryRun } = options;
      const body = { ...given, include: [...given.include], autoApprove, dryRun };
      return await client.call('destroyEnvironment', { path, headers: key, body });
    }
    case 'repair': {
      const { autoApprove, dryRun } = options;
      return await client.call('repair', { path, headers: key, body: { autoApprove, dryRun } });
    }
  }
}

/** The text as it is; with what is not in it where there is more. */
function bodyOf(file: ConfigFile, key: Readonly<Record<string, string>>) {
  const { text, overlay, variables, terraform, templates } = file;
  if (!overlay && !terraform && !templates && Object.keys(variables).length === 0)
    return { headers: { 'content-type': 'application/yaml', ...key }, body: text };
  const more = {
    ...(overlay && { overlay: overlay.text }),
    variables,
    ...(terraform && { terraform }),
    ...(templates && { templates }),
  };
  return { headers: key, body: { config: text, ...more } };
}
