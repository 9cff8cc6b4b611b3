import { setTimeout as sleep } from 'node:timers/promises';
import { connectAzure } from '../../azure/connect.ts';
import type { ArmResource, Azure } from '../../azure/ports.ts';
import { simulatedConnections } from '../../azure/simulated/connection.ts';
import { simulatorSetting } from '../../azure/simulated/setting.ts';
import type { EnvironmentView } from '../../domain/api/views.ts';
import { createMasker } from '../../domain/masking.ts';
import type { LogLine } from '../../logs/log-line.ts';
import { createSecretsReader } from '../../logs/secrets-of-app.ts';
import { type LogRequest, serviceLogs } from '../../logs/service-logs.ts';
import { CONTAINER_APP } from '../../resources/container-app.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { asOneEntry } from '../../shared/shown-text.ts';
import { onInterrupts } from '../interrupts.ts';
import { writeOutput } from '../json/write-output.ts';
import { type CloudConnection, connectCloud } from '../local/cloud-connection.ts';
import { openWorkspace } from '../local/workspace.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions, ServiceLogOptions } from '../options.ts';
import { stopWithReader, type Terminal } from '../terminal.ts';

/**
 * Prints what the containers of a service write, or with --system what Azure says of it. Asks Azure by the sign-in of whoever calls, with
 * `--remote`, too: an app need not be allowed to read what applications write.
 */
export async function printServiceLogs(
  terminal: Terminal,
  options: CommonOptions & ServiceLogOptions & { readonly follow: boolean },
  service: string,
): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  const { key, id: appId } = knownService(await deployments.show(), service, options.environment);
  const masker = createMasker([]);
  const stop = stopWithReader(terminal);
  const release = onInterrupts(
    () => stop.abort(),
    () => process.exit(ExitCode.ok),
  );
  const cloud = await connect(options, (secret) => masker.add(secret));
  const tell = (line: string): void => void terminal.stderr.write(`${line}\n`);
  try {
    const request: LogRequest = {
      ...{ appId, follow: options.follow, system: options.system, revision: options.revision },
      ...{ sinceInSeconds: options.since, tail: options.tail },
    };
    const way = {
      signal: stop.signal,
      sleep: pause,
      now: () => new Date(),
      tell,
      meet: learnSecrets(cloud.azure, tell),
    };
    for await (const line of serviceLogs(cloud.azure, request, way)) {
      // How long nothing is written is the service's own matter.
      terminal.console.doing(undefined);
      if (stop.signal.aborted) break;
      print(terminal, options, key, { ...line, text: masker.mask(line.text) });
      // No faster than it is read: what a reader does not take would be kept in memory.
      await terminal.flushed?.();
    }
  } finally {
    release();
    await cloud.close();
  }
  return terminal.closed?.aborted ? ExitCode.unread : ExitCode.ok;
}

const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> =>
  await sleep(milliseconds, undefined, { signal });

function knownService(
  view: EnvironmentView | undefined,
  wanted: string,
  environment: string,
): { readonly key: string; readonly id: string } {
  const apps = (view?.resources ?? []).flatMap(({ key, id, type }) =>
    type === CONTAINER_APP.type ? [{ key: key.replace(/^app:/, ''), id }] : [],
  );
  const found = apps.find(({ key }) => key === wanted) ?? apps.find(({ id }) => id.endsWith(`/${wanted}`));
  if (found) return found;
  const names = apps.map(({ key }) => key).sort();
  throw new UserError(`No service ${wanted} was deployed to ${environment}.`, {
    code: 'service_unknown',
    hint: names.length === 0 ? 'There are none.' : `There are: ${names.join(', ')}`,
  });
}

/** Of an app that is served on a simulator somewhere, that one's cloud. */
async function connect(options: CommonOptions, keepSecret: (secret: string) => void): Promise<CloudConnection> {
  const setting =
    options.remote === undefined ? undefined : simulatorSetting(process.env, process.env.AZURE_CLOUD ?? 'AzureCloud');
  if (!setting) {
    return await connectCloud(options, openWorkspace(options.environment).simulatorDirectory, keepSecret);
  }
  const azure = connectAzure({ ...(await simulatedConnections(setting)()), keepSecret });
  return { azure, close: async () => undefined };
}

/** Applications print their settings. Who may not read the vault may still read what Azure shows him. */
function learnSecrets(azure: Azure, tell: (line: string) => void): (app: ArmResource) => Promise<void> {
  const read = createSecretsReader(azure);
  return async (app) => {
    for (const why of await read(app))
      tell(`⚠ Some secrets of the service cannot be read, so that their values are not hidden in its lines: ${why}`);
  };
}

function print(terminal: Terminal, { output }: CommonOptions, service: string, line: LogLine): void {
  if (output === 'json') {
    writeOutput(terminal, 'log_line', { type: 'log_line', service, ...line });
    return;
  }
  const { time, replica, revision, container, reason, text } = line;
  const from = [replica || revision, container].filter((part) => part !== '').join('/');
  const why = reason === null ? '' : `${reason}: `;
  terminal.stdout.write(`${time} ${from} | ${why}${asOneEntry(text)}\n`);
}
