import { appendFileSync, readFileSync } from 'node:fs';

// The program that fake-docker.ts puts on the path: a process of its own.

interface Told {
  readonly answers: Readonly<Record<string, { readonly code?: number; readonly says?: string; readonly hangs?: true }>>;
  readonly log: string;
}
const { answers, log } = (globalThis as unknown as { told: Told }).told;
const { argv, env, stdin, stdout } = process;

const args = argv.slice(2);
const chunks: Buffer[] = [];
const isSigningIn = args.includes('--password-stdin');
if (isSigningIn || args.at(-1) === '-') for await (const chunk of stdin) chunks.push(chunk as Buffer);
const input = Buffer.concat(chunks);
appendFileSync(
  log,
  `${JSON.stringify({
    args,
    input: input.length,
    password: isSigningIn ? input.toString('utf8') : '',
    env: Object.fromEntries(Object.entries(env).filter(([name]) => /^(DOCKER|BUILDX|DRAFTGENIE)/.test(name))),
    settings: env.DOCKER_CONFIG ? JSON.parse(readFileSync(`${env.DOCKER_CONFIG}/config.json`, 'utf8')) : {},
  })}\n`,
);
const [, answer = {}] = Object.entries(answers).find(([words]) => args.join(' ').startsWith(words)) ?? [];
if (answer.says) stdout.write(answer.says);
if (answer.hangs) setInterval(() => undefined, 1000);
else process.exitCode = answer.code ?? 0;
