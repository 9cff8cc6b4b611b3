import { withKeptSections } from '../../domain/sections/kept-sections.ts';
import { exportFiles } from '../../export/export-files.ts';
import type { ExportFormat } from '../../export/formats.ts';
import { ExitCode } from '../../shared/errors.ts';
import { tellWarnings } from '../carry-out.ts';
import { writeOutput } from '../json/write-output.ts';
import { loadConfig } from '../load-config.ts';
import { openLocalStores } from '../local/local-stores.ts';
import { type CommonOptions, refuseRemote } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { requireEmpty, writeBelow } from './new-folder.ts';
import { exportInput } from './wanted.ts';

export interface ExportOptions extends CommonOptions {
  readonly format: ExportFormat;
}

/**
 * Writes the environment, as it is deployed or would be, as code into a new folder. Nothing on Azure is asked or changed.
 * @throws UserError `export_exists`, `export_unwritable`, `not_remote`
 */
export async function exportCommand(terminal: Terminal, options: ExportOptions, folder: string): Promise<ExitCode> {
  refuseRemote(options, 'export');
  const file = await loadConfig(options);
  tellWarnings(terminal, file);
  const { value: state, warnings } = await (await openLocalStores(options, file)).state.read();
  for (const warning of warnings) terminal.stderr.write(`⚠ ${warning}\n`);
  const config = withKeptSections(file.config, state);
  const input = exportInput({ environment: options.environment, config, state });
  const { files, notes } = exportFiles(input, options.format);
  await requireEmpty(folder);
  for (const [path, text] of files) await writeBelow(folder, path, text);
  if (options.output === 'json') {
    const { format } = options;
    writeOutput(terminal, 'export', { type: 'export', format, folder, files: [...files.keys()], notes });
    return ExitCode.ok;
  }
  for (const note of notes) terminal.stderr.write(`⚠ ${note}\n`);
  terminal.stdout.write(`${files.size} files in ${folder}; README.md there says how they are deployed.\n`);
  return ExitCode.ok;
}
