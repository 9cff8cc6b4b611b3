import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How a command ended. */
export interface Ended {
  /** Null: it was ended by a signal, because its time was over. */
  readonly code: number | null;
  readonly output: string;
}

interface Run {
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string | Readable;
  readonly timeoutInSeconds: number;
  /** Called with what it says, as it says it. */
  readonly said?: (text: string) => void;
}

/** Docker itself is not there. */
export class NoDocker extends Error {
  override readonly name = 'NoDocker';
}

/** Commands that still run: they end with this process, whoever ends it. */
const running = new Set<ChildProcess>();
let isWatched = false;

/** Runs `docker …` to its end. @throws NoDocker; what the input throws */
export async function docker(
  args: readonly string[],
  { env, input = '', timeoutInSeconds, said }: Run,
): Promise<Ended> {
  const child = spawn('docker', args, { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  watch(child);
  let output = '';
  const hear = (text: string): void => {
    output += text;
    said?.(text);
  };
  // Decoded by the stream: a read may end within a character.
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutInSeconds * 1000);
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? new NoDocker('there is no docker on the path') : error),
      );
      child.once('close', (code) => resolve(code));
    });
    const [code] = await Promise.all([ended, feed(child, input)]);
    return { code, output };
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}

/** What is no longer read is no failure of its own: how the command ended says why. */
async function feed(child: ChildProcess, input: string | Readable): Promise<void> {
  if (!child.stdin) return;
  try {
    await pipeline(typeof input === 'string' ? Readable.from([input]) : input, child.stdin);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ENOENT'].includes(code)) return;
    child.kill('SIGKILL');
    throw error;
  }
}

function watch(child: ChildProcess): void {
  running.add(child);
  if (isWatched) return;
  isWatched = true;
  process.once('exit', () => {
    for (const one of running) one.kill('SIGKILL');
  });
}
