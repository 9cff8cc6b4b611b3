#!/usr/bin/env node
// Of an older Node nothing but this file is asked for, and of Node's own modules no name that it may not have.
import module from 'node:module';

const NEEDED = [22, 21] as const;
/** `ExitCode.unread`: nothing is loaded before the version of Node is known. */
const UNREAD = 141;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `draftgenie-deploy needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 64;
} else {
  // Before anything else is loaded. In Node's own place among the temporary files, or where NODE_COMPILE_CACHE says.
  module.enableCompileCache();
  const words = process.argv.slice(2);
  const exitCode = (await printed(words)) ?? (await (await import('./program.ts')).runCli(words));
  // What only looks is left where it is when nobody reads on: nothing that it still waits for is of any use.
  if (exitCode === UNREAD) process.exit(exitCode);
  process.exitCode = exitCode;
}

/** By one file of its own, where that may be all that is asked for; errors that machines are told are left to the program. */
async function printed(words: readonly string[]): Promise<number | undefined> {
  if (words.length === 1 && ['--version', '-V'].includes(words[0] ?? '')) {
    process.stdout.write(`${(await import('../shared/product-version.ts')).productVersion()}\n`);
    return 0;
  }
  const prints = ['--help', '-h', '--version', '-V', 'help', 'completion', 'complete'];
  if (!words.some((word) => prints.includes(word)) || words.some((word) => word.includes('json'))) return undefined;
  const { printOnly } = import.meta.url.endsWith('.ts')
    ? await import('./print-only.ts')
    : (module.createRequire(import.meta.url)('./print-only.cjs') as typeof import('./print-only.ts'));
  return await printOnly(words);
}
