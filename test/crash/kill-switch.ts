import fs from 'node:fs';
import type { ClientRequest } from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded with `node --import` before the product, which has no hook for it: kills its own process at a moment that is found by
 * counting, never by the clock.
 *
 * - `journal`: the n-th fdatasync of a file, which is how the journal makes a batch durable (src/runtime/durable/journal.ts);
 *   before it, or after it and before anybody is told.
 * - `azure`: the n-th HTTPS request, which is how the product calls Azure (src/outbound/transport.ts; Azurite is reached without
 *   TLS); before it is sent, or when its answer is there and nobody has seen it.
 * - `write`: the n-th of these that is no question: PUT, PATCH, DELETE, and POST of something that is neither a list nor a sign-in.
 * - `answer`: a call of a step that is over is about to leave its answer, or has left it: `create_databases-1`.
 *
 * KILL_AT=journal|azure|write|answer:n:before|after; or COUNT_IN=file to count the first three in a whole run.
 */
const [kind, at, moment] = (process.env.KILL_AT ?? '').split(':');
const countFile = process.env.COUNT_IN;
const counts = { journal: 0, azure: 0, write: 0 };

/** Counts; answers whether it is the one. Kills at once when the moment is before it. */
function isTheOne(what: keyof typeof counts): boolean {
  counts[what] += 1;
  const isIt = what === kind && counts[what] === Number(at);
  if (isIt && moment === 'before') die();
  return isIt;
}

/** With KILL_CHILDREN also what this process has started, in the same moment: its storage writes nothing down any more. */
function die(): void {
  const children = process.env.KILL_CHILDREN ? fs.readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8') : '';
  for (const child of children.split(' ')) if (child.trim() !== '') process.kill(Number(child), 'SIGKILL');
  process.kill(process.pid, 'SIGKILL');
}

const { fdatasync } = fs;
fs.fdatasync = Object.assign((descriptor: number, callback: fs.NoParamCallback): void => {
  const isIt = isTheOne('journal');
  fdatasync(descriptor, (error) => {
    if (isIt) die();
    callback(error);
  });
}, fdatasync);

function isWrite(args: readonly unknown[]): boolean {
  const options = args.find((one): one is https.RequestOptions => typeof one === 'object' && one !== null);
  const method = options?.method ?? 'GET';
  if (method !== 'POST') return method !== 'GET' && method !== 'HEAD';
  return !/\/(?:list[^/]*|token|check[^/]*)(?:\?|$)/i.test(String(options?.path));
}

const { request } = https;
https.request = ((...args: Parameters<typeof request>): ClientRequest => {
  const isTheWrite = isWrite(args) && isTheOne('write');
  const isIt = isTheOne('azure') || isTheWrite;
  const sent = request(...args);
  return isIt ? sent.prependListener('response', die) : sent;
}) as typeof request;

const { rename } = fs.promises;
fs.promises.rename = async (from, to): Promise<void> => {
  const isIt = kind === 'answer' && String(to).endsWith(`/answers/${at}.json`);
  if (isIt && moment === 'before') die();
  await rename(from, to);
  if (isIt) die();
};
syncBuiltinESMExports();

if (countFile !== undefined) process.on('exit', () => fs.writeFileSync(countFile, JSON.stringify(counts)));
