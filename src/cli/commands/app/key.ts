import { type Right, scopedKey } from '../../../domain/api/scoped-key.ts';
import { addKey, randomKey } from '../../../runtime/http/keys.ts';
import { ExitCode } from '../../../shared/errors.ts';
import { writeOutput } from '../../json/write-output.ts';
import type { OutputFormat } from '../../options.ts';
import { ownFolder, servedHome } from '../../serve/own-folder.ts';
import type { Terminal } from '../../terminal.ts';

export interface KeyOptions {
  readonly output: OutputFormat | undefined;
  readonly allow: readonly Right[];
  /** Undefined: every environment. */
  readonly only: string | undefined;
  /** Adds it to the app that is served from this directory. */
  readonly serve: boolean;
}

/** Makes an access key that opens no more than it says. Its host has to be given it: this command knows no app on Azure. */
export async function keyCommand(terminal: Terminal, options: KeyOptions, name: string): Promise<ExitCode> {
  const { allow: rights, only: environment, serve, output } = options;
  const key = scopedKey({ name, rights, environment }, randomKey());
  if (serve) {
    const home = servedHome();
    await ownFolder(home);
    await addKey(home, name, key);
  }
  if (output === 'json') {
    writeOutput(terminal, 'key', { type: 'key', name, key, rights, environment: environment ?? null });
  } else terminal.stdout.write(`${key}\n`);
  const next = serve
    ? 'The app that is served from this directory takes it from its next start on.'
    : `An app on Azure takes it once its host knows it (the key stands in the list of processes meanwhile):\n  az functionapp keys set --name APP --resource-group GROUP --key-type functionKeys --key-name ${name} --key-value KEY`;
  terminal.stderr.write(`${next}\n`);
  return ExitCode.ok;
}
