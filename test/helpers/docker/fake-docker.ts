import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { tempDirectory } from '../temp.ts';

/** One call of docker: what it was told, and what lay there meanwhile. */
export interface DockerCall {
  readonly args: readonly string[];
  /** Bytes of standard input. */
  readonly input: number;
  readonly password: string;
  /** Variables that begin with DOCKER, BUILDX or DRAFTGENIE. */
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface FakeDocker {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  calls(): Promise<readonly DockerCall[]>;
}

const PROGRAM = new URL('docker-program.ts', import.meta.url).href;

/** Answers of docker by the first words of its arguments. `hangs`: it never ends. */
type Answers = Readonly<Record<string, { readonly code?: number; readonly says?: string; readonly hangs?: true }>>;

/**
 * A program called docker that says what the test wants and remembers how it was called; a command that is not told anything
 * succeeds and says nothing.
 *
 * @param registry where it pushes what it builds
 */
export async function fakeDocker(
  answers: Answers = {},
  registry?: { readonly port: number; readonly caCertificate: string },
): Promise<FakeDocker> {
  const folder = await tempDirectory();
  const log = join(folder, 'calls.jsonl');
  const program = join(folder, 'docker');
  await writeFile(
    program,
    `#!${process.execPath}\nglobalThis.told = ${JSON.stringify({ answers, log, ...(registry && { registry: { port: registry.port, caCertificate: registry.caCertificate } }) })};\nimport('${PROGRAM}');\n`,
  );
  await chmod(program, 0o755);
  return {
    folder,
    env: { PATH: [folder, process.env.PATH].join(delimiter), HOME: folder },
    async calls() {
      const text = await readFile(log, 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as DockerCall);
    },
  };
}
