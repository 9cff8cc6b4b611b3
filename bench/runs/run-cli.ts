import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../src/domain/events.ts';
import type { CloudState } from '../../src/simulator/store.ts';

export const BIN = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
export const EXAMPLE = fileURLToPath(new URL('../../examples/draftgenie', import.meta.url));

/** A deployment of the example by the command line, as users run it, in a folder of its own. */
export interface MeasuredRun {
  /** From the run's first event to its last. */
  readonly seconds: number;
  /** Of the whole process, the start of the simulator included. */
  readonly processSeconds: number;
  readonly events: readonly RunEvent[];
  /** The cloud as the simulator left it, with the time of each of its operations. */
  readonly cloud: CloudState;
  /** ARM id of each resource, with the step that made it. */
  readonly resources: readonly { readonly id: string; readonly step: string }[];
  readonly requests: number;
}

export interface CliRun {
  readonly speed: number;
  /** Modules loaded before the product. */
  readonly imports?: readonly string[];
}

export async function runExample({ speed, imports = [] }: CliRun): Promise<MeasuredRun> {
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-bench-'));
  try {
    await cp(EXAMPLE, join(directory, 'app'), { recursive: true });
    const began = performance.now();
    const output = await runCli(directory, speed, imports);
    const processSeconds = (performance.now() - began) / 1000;
    const events = lines(output) as RunEvent[];
    const state = JSON.parse(await readFile(join(directory, '.azure-deployment-state-v1.json'), 'utf8')) as {
      resources: Record<string, { id: string; step: string }>;
    };
    const simulator = join(directory, '.draftgenie-deploy/simulator');
    return {
      seconds: secondsBetween(events.at(0)?.at, events.at(-1)?.at),
      processSeconds,
      events,
      cloud: JSON.parse(await readFile(join(simulator, 'cloud.json'), 'utf8')) as CloudState,
      resources: Object.values(state.resources),
      requests: lines(await readFile(join(simulator, 'requests.ndjson'), 'utf8')).length,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runCli(directory: string, speed: number, imports: readonly string[]): Promise<string> {
  const words = ['--config', 'app/config.yaml', '--simulate', '--simulator-speed', String(speed)];
  const child = spawn(
    process.execPath,
    [...imports.flatMap((module) => ['--import', module]), BIN, ...words, '--auto-approve', '--output', 'json'],
    { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (exitCode !== 0) throw new Error(`the deployment failed (${exitCode}): ${output.slice(-2000)}`);
  return output;
}

export function lines(content: string): readonly unknown[] {
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

export function secondsBetween(from: string | undefined, to: string | undefined): number {
  return (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
}
