import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { RunEvent } from '../../src/domain/events.ts';
import type { CloudState } from '../../src/simulator/store.ts';
import type { BuiltProduct } from '../built-product.ts';
import { looksOf, type RunLooks } from './looks.ts';
import { operationsOf } from './operations.ts';
import { type ResourcePath, resourcePathOf } from './resource-path.ts';
import { lines, secondsBetween } from './run-cli.ts';

/** What one command did to an application that is deployed already. */
export interface ChangeRun {
  /** From the run's first event to its last. */
  readonly seconds: number;
  /** Of the whole process, the start of the simulator included. */
  readonly processSeconds: number;
  /** What nobody could do without of what Azure had to do. */
  readonly floor: ResourcePath;
  readonly looks: RunLooks;
}

/** The example, deployed by the built product in its folder, and whatever is done with it then. */
export interface KeptExample {
  /** Changes a file of the application. */
  edit(path: string, change: (text: string) => string): Promise<void>;
  /** @param words of the command line: none deploys, `rollback` goes back */
  run(words?: readonly string[]): Promise<ChangeRun>;
  /** Milliseconds of a command against a cloud in which nothing takes time. */
  look(words: readonly string[]): Promise<number>;
}

/**
 * So many times faster is the first deployment. It goes on for ten minutes after its grants, and these take one until they are effective
 * at the speed of whoever asks.
 */
const FIRST_IS_FASTER = 8;

/** What is done again does not take the same time again. */
const VARIATION = 0.2;

/** Deploys once. @param speed of the runs afterwards: so many times as fast as Azure */
export async function deployExample({ directory, cli, config }: BuiltProduct, speed: number): Promise<KeptExample> {
  const simulated = ['--config', config, '--simulate', '--output', 'json'];
  const instant = [...simulated, '--simulator-profile', 'instant'];
  const realistic = [...simulated, '--simulator-speed', String(speed), '--auto-approve'];
  const command = (words: readonly string[]): Promise<Finished> => run(directory, [cli, ...words]);
  const cloudFile = join(directory, '.draftgenie-deploy/simulator/cloud.json');
  const cloudNow = async (): Promise<CloudState> => JSON.parse(await readFile(cloudFile, 'utf8')) as CloudState;
  await command([...simulated, '--simulator-speed', String(speed * FIRST_IS_FASTER), '--auto-approve']);
  const made = await cloudNow();
  await writeFile(cloudFile, JSON.stringify({ ...made, behaviour: { ...made.behaviour, variation: VARIATION } }));
  return {
    async edit(path, change) {
      const file = join(directory, 'app', path);
      await writeFile(file, change(await readFile(file, 'utf8')));
    },
    async run(words = []) {
      const { output, seconds } = await command([...words, ...realistic]);
      const events = lines(output) as readonly RunEvent[];
      const [from, to] = [events.at(0)?.at, events.at(-1)?.at];
      const cloud = await cloudNow();
      const operations = operationsOf(cloud, speed).filter(({ startedAt }) => startedAt >= (from ?? ''));
      const floor = resourcePathOf(operations, cloud);
      const looks = looksOf(events, floor);
      return { seconds: secondsBetween(from, to), processSeconds: seconds, floor, looks };
    },
    look: async (words) => (await command([...words, ...instant])).seconds * 1000,
  };
}

interface Finished {
  readonly output: string;
  readonly seconds: number;
}

async function run(directory: string, words: readonly string[]): Promise<Finished> {
  const began = performance.now();
  const child = spawn(process.execPath, words, {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', GEMINI_API_KEY: 'a key of the benchmark' },
  });
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (exitCode !== 0) throw new Error(`${words.join(' ')} failed (${exitCode}): ${output.slice(-2000)}`);
  return { output, seconds: (performance.now() - began) / 1000 };
}
