import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTE_TABLE } from '../../../src/domain/api/route-table.ts';
import { STEP_NAMES } from '../../../src/domain/steps.ts';
import type { FunctionBinding } from '../../../src/runtime/core-api.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import { type Azurite, startAzurite } from '../../helpers/azurite.ts';
import { serve, TEST_KEYS } from '../../helpers/http/served.ts';
import { expectAsIndexed } from '../../helpers/recorded/indexed-functions.ts';
import { until } from '../../helpers/wait.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The files that one file of a bundle loads: those that it names in full, however deep. */
async function filesFrom(file: string, imports: RegExp, found = new Set<string>()): Promise<ReadonlySet<string>> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(imports)) {
    await filesFrom(join(dirname(file), name), imports, found);
  }
  return found;
}

async function sourcesOf(files: Iterable<string>): Promise<readonly string[]> {
  const maps = [...files].map(
    async (file) => JSON.parse(await readFile(`${file}.map`, 'utf8')) as { sources: string[] },
  );
  return (await Promise.all(maps)).flatMap(({ sources }) => sources);
}

/** What tells nothing of any deployment, or asks for a code instead. */
const ANONYMOUS = ['showHealth', 'takeSignInCode', 'showPage', 'showPageFile'];

const STATIC_IMPORT = /\bfrom\s?"(\.[^"]+\.js)"/g;
const ANY_IMPORT = /\b(?:from|import)\s?\(?"(\.[^"]+\.js)"/g;

/** Built outside of the project, where no node_modules can be found; the process loads it once. */
describe('the bundle of the Functions app', () => {
  let worker: FunctionsWorker;
  let main = '';
  let azurite: Azurite;
  let directory = '';

  afterAll(async () => {
    await azurite.stop();
    await rm(directory, { recursive: true, force: true });
  });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'draftgenie-bundle-'));
    await run(process.execPath, ['scripts/build.ts', join(directory, 'dist')], { cwd: ROOT });
    // As the worker of the host finds it, in the folder alone: by its package.json and nothing else.
    const manifest = JSON.parse(await readFile(join(directory, 'dist/package.json'), 'utf8')) as { main: string };
    main = join(directory, 'dist', manifest.main);
    azurite = await startAzurite();
    process.env.DEPLOYMENT_STORAGE = azurite.connectionString;
    worker = await loadFunctions(async () => {
      await import(main);
    });
  });

  function functionsWith(trigger: string): readonly { readonly name: string; readonly binding: FunctionBinding }[] {
    return worker.functions().flatMap(({ metadata: { name, bindings } }) => {
      const binding = Object.values(bindings).find(({ type }) => type === trigger);
      return binding ? [{ name, binding }] : [];
    });
  }

  const names = (trigger: string): readonly string[] =>
    functionsWith(trigger)
      .map(({ name }) => name)
      .sort();

  it('registers all functions with the bindings that the real host indexed', () => expectAsIndexed(worker));

  it('registers orchestrators and activities', () => {
    expect(names('orchestrationTrigger')).toEqual(['deploy', 'run_removal', 'run_schedule', 'run_step']);
    expect(names('activityTrigger')).toEqual(['close_run', 'open_run', 'remove_resources', ...STEP_NAMES].sort());
  });

  it('registers every route with its method, and asks for a key wherever there is something to know', () => {
    const registered = functionsWith('httpTrigger').map(({ binding: { route, methods, authLevel } }) => ({
      route,
      methods,
      authLevel,
    }));
    const promised = Object.entries(ROUTE_TABLE).map(([name, { path, method }]) => ({
      route: path,
      methods: [method],
      authLevel: ANONYMOUS.includes(name) ? 'anonymous' : 'function',
    }));
    expect(registered).toEqual(expect.arrayContaining(promised));
    expect(registered).toHaveLength(promised.length);
  });

  it('registers the upload of configurations and the reaper', () => {
    expect(functionsWith('blobTrigger')).toMatchObject([
      {
        name: 'config_uploaded',
        binding: {
          path: 'deployment-configs/{name}.yaml',
          connection: 'DEPLOYMENT_STORAGE',
          source: 'LogsAndContainerScan',
        },
      },
    ]);
    expect(functionsWith('timerTrigger')).toMatchObject([
      { name: 'reap_runs', binding: { schedule: '0 */5 * * * *' } },
    ]);
  });

  it('gives everything from outside a durable client', () => {
    const without = worker.functions().filter(({ metadata: { bindings } }) => {
      const types = Object.values(bindings).map(({ type }) => type);
      return types.some((type) => /^(http|blob|timer)Trigger$/.test(type)) && !types.includes('durableClient');
    });
    expect(without.map(({ metadata }) => metadata.name)).toEqual([]);
  });

  it('answers requests, calls activities and takes turns with what it loads only then', async () => {
    const app = await serve(worker, { triggers: { directory } });
    const get = async (path: string): Promise<unknown> =>
      await (await app.fetch(`/api/${path}`, { headers: { 'x-functions-key': TEST_KEYS.function } })).json();
    expect(await get('environments')).toEqual({ environments: [] });
    expect(await get('openapi.json')).toMatchObject({ openapi: '3.1.0' });
    // A thread of its own reads it.
    const refused = await app.fetch('/api/environments/shop/deployments', {
      method: 'POST',
      headers: { 'x-functions-key': TEST_KEYS.function, 'content-type': 'application/yaml' },
      body: `# ${'x'.repeat(20_000)}\nservices: 1\n`,
    });
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'config_invalid' }]);
    const unknown = { environment: 'shop', runId: 'shop-01ARZ3NDEKTSV4RRFFQ69G5FAV' };
    expect(await worker.invoke('close_run', { ...unknown, outcome: 'failed' })).toEqual({ kind: 'unknown' });
    await app.engine.startNew('deploy', { instanceId: unknown.runId, input: unknown });
    await until(() => app.engine.instances().some(({ runtimeStatus }) => runtimeStatus === 'Failed'));
  });

  it('holds nothing of the command line, the simulator and the embedded runtime', async () => {
    const sources = await sourcesOf(await filesFrom(main, ANY_IMPORT));
    expect(sources.some((path) => path.includes('src/triggers/http/'))).toBe(true);
    expect(sources.filter((path) => /src\/(cli|simulator|runtime)\/|\/(commander|azurite)\//.test(path))).toEqual([]);
  });

  it('loads no Azure SDK, no schema and no step before a function is called', async () => {
    const sources = await sourcesOf(await filesFrom(main, STATIC_IMPORT));
    expect(sources.some((path) => path.endsWith('src/main.ts'))).toBe(true);
    const heavy =
      /node_modules\/(@azure\/(?!functions)|@azure-rest|zod|yaml)|src\/(activities|state\/blob\/(?!connection)|triggers\/http)\//;
    expect(sources.filter((path) => heavy.test(path))).toEqual([]);
  });
});
