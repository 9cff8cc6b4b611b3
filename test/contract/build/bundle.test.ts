import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/domain/api/routes.ts';
import { STEP_NAMES } from '../../../src/domain/steps.ts';
import type { FunctionBinding } from '../../../src/runtime/core-api.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Built outside of the project, where no node_modules can be found; the process loads it once. */
describe('the bundle of the Functions app', () => {
  let worker: FunctionsWorker;
  let sources: readonly string[];
  let directory = '';

  afterAll(() => rm(directory, { recursive: true, force: true }));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'draftgenie-bundle-'));
    await run(process.execPath, ['scripts/build.ts', join(directory, 'dist')], { cwd: ROOT });
    await cp(join(ROOT, 'package.json'), join(directory, 'package.json'));
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { main: string };
    const map = JSON.parse(await readFile(join(directory, `${manifest.main}.map`), 'utf8')) as { sources: string[] };
    sources = map.sources;
    process.env.DEPLOYMENT_STORAGE = 'UseDevelopmentStorage=true';
    worker = await loadFunctions(async () => {
      await import(join(directory, manifest.main));
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

  it('registers orchestrators and activities', () => {
    expect(names('orchestrationTrigger')).toEqual(['deploy', 'run_schedule', 'run_step']);
    expect(names('activityTrigger')).toEqual(['close_run', 'open_run', ...STEP_NAMES].sort());
  });

  it('registers every route with its method, and asks for a key wherever there is something to know', () => {
    const registered = functionsWith('httpTrigger').map(({ binding: { route, methods, authLevel } }) => ({
      route,
      methods,
      authLevel,
    }));
    const promised = Object.entries(ROUTES).map(([name, { path, method }]) => ({
      route: path,
      methods: [method],
      authLevel: name === 'showHealth' ? 'anonymous' : 'function',
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

  it('holds nothing of the command line, the simulator and the embedded runtime', () => {
    expect(sources.some((path) => path.includes('src/triggers/'))).toBe(true);
    expect(sources.filter((path) => /src\/(cli|simulator|runtime)\/|\/(commander|azurite)\//.test(path))).toEqual([]);
  });
});
