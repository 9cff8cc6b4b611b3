import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { cloudEndpoints } from '../../azure/clouds.ts';
import { defaultCredential } from '../../azure/credentials.ts';
import { createTransport } from '../../outbound/transport.ts';
import { openHost } from '../../runtime/host.ts';
import { readHostSettings } from '../../runtime/host-settings.ts';
import type { HostKeys } from '../../runtime/http/keys.ts';
import { serveFunctions } from '../../runtime/serve.ts';
import { type FunctionsWorker, loadFunctions } from '../../runtime/worker.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { Logger } from '../../shared/logger.ts';

/**
 * The process of one function app of the simulator's Azure: the embedded host with the functions of a package, whichever it is. It
 * is told by one line of its standard input what to run, says by one line that it does, and ends with its standard input; the
 * simulator has the other side (app-service/host-process.ts). Its environment is the app's.
 */
interface App {
  readonly name: string;
  readonly packageDirectory: string;
  readonly dataDirectory: string;
  /** Of the folder in it with the orchestrations of this place. */
  readonly orchestrations: string;
  readonly keys: {
    readonly master: string;
    readonly functionKeys: Readonly<Record<string, string>>;
    readonly systemKeys: Readonly<Record<string, string>>;
  };
}

const GRACE_IN_MS = 5000;

const logger: Logger = {
  log(level, message) {
    if (level === 'warning' || level === 'error') process.stderr.write(`${level}: ${JSON.stringify(message)}\n`);
  },
};

const ended = new Promise<void>((resolve) => process.stdin.once('close', resolve));
const [line] = await new Promise<string[]>((resolve) => {
  const lines = createInterface({ input: process.stdin });
  lines.once('line', (text) => resolve([text]));
  lines.once('close', () => resolve([]));
});
if (line === undefined) process.exit(0);
const app = JSON.parse(line) as App;
const worker = await loadFunctions(() => loadPackage(app.packageDirectory), { logger });
const settings = await readHostSettings(join(app.packageDirectory, 'host.json'));
const directory = join(app.dataDirectory, app.orchestrations);
await mkdir(directory, { recursive: true });
const engine = await openHost({
  directory,
  worker,
  defaultVersion: settings.defaultVersion,
  versionMatchStrategy: settings.versionMatchStrategy,
  holder: app.name,
  logger,
});
const served = await serveFunctions(engine, worker, {
  keys: hostKeys(app.keys),
  settings,
  // The platform in front says who is signed in, and nobody else reaches this process.
  trustPrincipalHeaders: true,
  triggers: {
    directory: app.dataDirectory,
    credential: (clientId) => defaultCredential(cloudEndpoints('AzureCloud'), createTransport(), clientId),
  },
  logger,
});
engine.start();
process.stdout.write(`${JSON.stringify({ type: 'ready', url: served.url, functions: indexed(worker) })}\n`);
await ended;
await served.stop({ graceInMs: GRACE_IN_MS });
await engine.stop({ graceInMs: GRACE_IN_MS });
process.exit(0);

/** As the Node worker finds it: the `main` of the package's own `package.json`, and nothing else. */
async function loadPackage(folder: string): Promise<void> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const main = isJsonObject(manifest) ? manifest.main : undefined;
  if (typeof main !== 'string') throw new Error('the package.json of the package names no main file');
  await import(pathToFileURL(join(folder, main)).href);
}

function hostKeys({ master, functionKeys, systemKeys }: App['keys']): HostKeys {
  const { default: own = '', ...named } = functionKeys;
  const { durabletask_extension: durableTask = '', blobs_extension: blobs = '' } = systemKeys;
  return { master, function: own, durableTask, blobs, named };
}

/** The functions with their bindings, as `function.json` would have them. */
function indexed({ functions }: FunctionsWorker) {
  return functions().map(({ metadata: { name, bindings } }) => ({
    name,
    bindings: Object.entries(bindings).map(([binding, options]) => ({ ...options, name: binding })),
  }));
}
