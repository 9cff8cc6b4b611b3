import { ExitCode } from '../../../shared/errors.ts';
import type { Logger } from '../../../shared/logger.ts';
import { untilInterrupted } from '../../interrupts.ts';
import { writeOutput } from '../../json/write-output.ts';
import { exposure } from '../../serve/exposure.ts';
import { servedHome } from '../../serve/own-folder.ts';
import { openServedStack, type ServedStack, type ServeSettings } from '../../serve/served-stack.ts';
import type { Terminal } from '../../terminal.ts';

/** Serves the HTTP interface on this machine until it is told to stop; runs that are under way go on with the next start. */
export async function serveCommand(terminal: Terminal, options: ServeSettings): Promise<ExitCode> {
  const home = servedHome();
  const { interrupted, release } = untilInterrupted(terminal);
  try {
    const stack = await openServedStack(home, options, stderrLogger(terminal, options.verbose));
    for (const line of exposure(options.host, stack.storage !== null)) terminal.stderr.write(`warning: ${line}\n`);
    if (options.output === 'json') {
      const { url, key, storage } = stack;
      writeOutput(terminal, 'serving', { type: 'serving', url, key, storage });
    } else terminal.stdout.write(servingText(stack, options));
    terminal.console.doing(undefined);
    try {
      await Promise.race([interrupted, stack.broken]);
    } finally {
      await stack.stop();
    }
    return ExitCode.ok;
  } finally {
    release();
  }
}

function servingText({ url, key, isKeyNew, keyFile, storage }: ServedStack, { simulate }: ServeSettings): string {
  const lines = [
    `Serving ${url}/api (${simulate ? 'on the built-in Azure simulator' : 'on Azure'})`,
    isKeyNew ? `Key: ${key}` : `Key: as shown at the first start; it is "function" in ${keyFile}`,
    storage === null ? 'Storage: the one that DEPLOYMENT_STORAGE names' : `Storage: ${withoutKey(storage)}`,
    `Try it: curl -H 'x-functions-key: …' ${url}/api/environments`,
    'Stop it with Ctrl+C.',
  ];
  return `${lines.join('\n')}\n`;
}

/** The key opens everything: who needs it finds it in its file, and nobody in what was printed. */
function withoutKey(storage: string): string {
  return storage.replace(/AccountKey=[^;]*/, 'AccountKey=<that of account.key in the folder of the storage>');
}

function stderrLogger(terminal: Terminal, verbose: boolean): Logger {
  return {
    log(level, message) {
      if (verbose || level === 'warning' || level === 'error') terminal.stderr.write(`${level}: ${message}\n`);
    },
  };
}
