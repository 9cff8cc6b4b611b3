import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The product and the action; the simulator is a server, and asks nobody but the hosts of apps that it has started on this machine. */
const FILES = ['src', 'action']
  .flatMap(
    (root) =>
      readdirSync(join(ROOT, root), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => `${root}/${path}`),
    // A browser's, which may speak to nobody but who sent it.
  )
  .filter((path) => !path.startsWith('src/page/'));

/** Files in which the pattern occurs, comments and texts aside. */
function filesWith(pattern: RegExp): readonly string[] {
  const code = (file: string): string =>
    readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*|'[^'\n]*'/g, '');
  return FILES.filter((file) => pattern.test(code(file))).toSorted();
}

it('requests leave the process in two files, which both ask the routes', () => {
  const own =
    /\bfetch\(|\(fetch\b|globalThis\.fetch|\b(https?|client)\.(request|get)\(|createDefaultHttpClient\(|\bcreateFetch\(\)/;
  // The embedded runtime speaks to the library's server in the same process.
  const inProcess = ['src/runtime/http/streamed.ts'];
  expect(filesWith(own).filter((file) => !inProcess.includes(file))).toEqual([
    'src/outbound/fetch.ts',
    'src/outbound/transport.ts',
  ]);
  expect(filesWith(/\bagentFor\(/)).toEqual([
    'src/outbound/fetch.ts',
    'src/outbound/routes.ts',
    'src/outbound/transport.ts',
  ]);
});

it('agents are made, and the variables of proxies are read, in one folder', () => {
  const outside = (pattern: RegExp): readonly string[] =>
    filesWith(pattern).filter((file) => !file.startsWith('src/outbound/'));
  // The simulator gives them to the processes of the apps that it hosts.
  const given = ['src/simulator/app-service/surroundings.ts'];
  expect(outside(/\bnew (https?\.)?Agent\(|\bproxyEnv\b|ProxyAgent|\b(HTTPS?|ALL|NO)_PROXY\b/i)).toEqual(given);
  // Sockets: of the simulator's and the runtime's own servers none is opened; a lock is a socket of this machine.
  expect(outside(/\b(tls|net)\.connect\(|\bcreateConnection\(/)).toEqual([]);
});

it('every client of an SDK is given the transport, bound to the hosts that it speaks to', () => {
  const made =
    /new (BlobServiceClient|QueueServiceClient|BlobClient|BlockBlobClient|DefaultAzureCredential|ClientSecretCredential|SecretClient|\w+ManagementClient)\(|(?<!\.)\bgetClient\(|fromConnectionString\(/;
  const given = /withTerms\(|clientOptions\(/;
  const makers = filesWith(made);
  expect(makers.length).toBeGreaterThan(5);
  expect(makers.filter((file) => !filesWith(given).includes(file))).toEqual([]);
});

it('text leaves the process where what others wrote is shown, and not obeyed', () => {
  const written = filesWith(/\bprocess\.(stdout|stderr)\b|= process;|\bconsole\.(log|error|warn|info)\(/).filter(
    (file) => !file.startsWith('src/simulator/'),
  );
  expect(written).toEqual([
    // The commands' terminal and the runner of GitHub: everything that they are given is made visible there.
    'action/runner.ts',
    // A version of Node, the words of a shell's completion, and processes that only their parents read: an app's, and Azurite's.
    'src/cli/bin.ts',
    'src/cli/completion.ts',
    'src/cli/hosted/functions-host.ts',
    'src/cli/serve/azurite-guard.ts',
    'src/cli/terminal.ts',
    'src/functions-app.ts',
  ]);
  expect(filesWith(/\bshownText\(/)).toEqual(
    expect.arrayContaining(['action/runner.ts', 'action/summary.ts', 'src/cli/terminal.ts', 'src/functions-app.ts']),
  );
});
