import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliResult, createSandbox, type Sandbox, type SimulatorRequest } from '../helpers/cli.ts';

const HOOK = new URL('../helpers/kill-at-journal-write.ts', import.meta.url).href;
const JOURNAL = '.draftgenie-deploy/default/journal.jsonl';
/** Every how many-th write is tried: 1 in `npm run test:crash`, a sample otherwise. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? 13);
const WORKERS = 3;

async function killedAt(sandbox: Sandbox, write: number, moment: 'before' | 'after'): Promise<CliResult> {
  return await sandbox.deploy([], {
    imports: [HOOK],
    env: { KILL_AT_JOURNAL_WRITE: String(write), KILL_MOMENT: moment },
  });
}

/** What must happen once, whatever happened on the way: resources created, builds and jobs started, secrets written. */
async function effects(sandbox: Sandbox): Promise<unknown> {
  const accepted = (await sandbox.requests()).filter(({ status }) => status < 300);
  const isVault = (host: string): boolean => host.endsWith('.vault.azure.net');
  const created = accepted.filter(
    ({ method, status, host }) => method === 'PUT' && status === 201 && host === 'management.azure.com',
  );
  const starts = accepted.filter(({ path }) => /\/(scheduleRun|start)$/.test(path));
  const secrets = accepted.filter(({ method, host }) => method === 'PUT' && isVault(host));
  const places = (requests: readonly SimulatorRequest[]): string[] =>
    requests.map(({ path }) => withoutIds(path)).sort();
  return { created: places(created), starts: places(starts), secrets: places(secrets) };
}

/** Subscriptions and role assignments are called otherwise in every simulated cloud. */
function withoutIds(path: string): string {
  return path.toLowerCase().replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
}

async function journalWrites(): Promise<number> {
  const sandbox = await createSandbox();
  const counter = join(sandbox.directory, 'count');
  const result = await sandbox.deploy([], { imports: [HOOK], env: { COUNT_JOURNAL_WRITES_IN: counter } });
  expect(result.exitCode, result.stderr).toBe(0);
  return Number(await readFile(counter, 'utf8'));
}

describe('kill -9 at a journal write', () => {
  it('loses nothing and repeats nothing, whichever write it is', async () => {
    const writes = await journalWrites();
    const undisturbed = await createSandbox();
    await undisturbed.deploy();
    const expected = await effects(undisturbed);
    const moments = Array.from({ length: writes }, (_, index) => index + 1).filter(
      (write) => write % STRIDE === 1 || STRIDE === 1,
    );
    const failures: string[] = [];
    const next = moments.values();
    const worker = async (): Promise<void> => {
      for (const write of next) {
        const moment = write % 2 === 0 ? 'before' : 'after';
        const sandbox = await createSandbox();
        const killed = await killedAt(sandbox, write, moment);
        if (killed.signal !== 'SIGKILL') failures.push(`write ${write}: not killed (exit code ${killed.exitCode})`);
        const again = await sandbox.deploy();
        const runIds = new Set([...killed.events, ...again.events].map(({ runId }) => runId));
        if (again.exitCode !== 0)
          failures.push(`write ${write} ${moment}: exit code ${again.exitCode}\n${again.stderr}`);
        // A run that was killed after its end has nothing to go on with.
        const hasEnded = killed.events.some(({ type }) => type === 'run_completed');
        if (runIds.size > 1 && !hasEnded) failures.push(`write ${write} ${moment}: ${[...runIds].join(' and ')}`);
        try {
          expect(await effects(sandbox)).toEqual(expected);
        } catch (error) {
          failures.push(`write ${write} ${moment}: ${(error as Error).message}`);
        }
        await rm(sandbox.directory, { recursive: true, force: true });
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
    process.stdout.write(`killed at ${moments.length} of ${writes} journal writes\n`);
    expect(failures).toEqual([]);
  }, 3_000_000);

  it('converges when the journal is lost as well', async () => {
    const sandbox = await createSandbox();
    const killed = await killedAt(sandbox, 20, 'after');
    expect(killed.signal).toBe('SIGKILL');
    await rm(join(sandbox.directory, JOURNAL));
    const again = await sandbox.deploy();
    expect(again.exitCode, again.stderr).toBe(0);
    const undisturbed = await createSandbox();
    await undisturbed.deploy();
    expect(await effects(sandbox)).toEqual(await effects(undisturbed));
  });
});
