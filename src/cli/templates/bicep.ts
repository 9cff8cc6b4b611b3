import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import type { CompiledTemplate } from '../../domain/templates/arm-template.ts';
import { LIMITS } from '../../shared/limits.ts';

/** A compiler, as it is called: https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-cli#build */
interface Compiler {
  readonly command: string;
  readonly args: (file: string) => readonly string[];
}

const alone = (command: string): Compiler => ({ command, args: (file) => ['build', file, '--stdout'] });
/** https://learn.microsoft.com/cli/azure/bicep#az-bicep-build */
const OF_AZURE_CLI: Compiler = { command: 'az', args: (file) => ['bicep', 'build', '--file', file, '--stdout'] };

/** It restores modules from registries as well. */
const COMPILES_WITHIN_MS = 300_000;

const MISSING =
  'is Bicep, and no compiler was found: install the Bicep CLI (https://learn.microsoft.com/azure/azure-resource-manager/bicep/install), or "az bicep install", or name one with DRAFTGENIE_BICEP; or name the JSON that it makes instead';

/**
 * Compiles one file of Bicep, with its modules.
 *
 * @param named the compiler that the user names; absent: `bicep` on the path, or that of the Azure CLI
 * @returns the JSON, or what the compiler says is wrong, with file and line
 */
export async function compileBicep(
  file: string,
  named = process.env.DRAFTGENIE_BICEP,
): Promise<{ readonly json: string } | Extract<CompiledTemplate, { ok: false }>> {
  const compilers = named ? [alone(named)] : [alone('bicep'), OF_AZURE_CLI];
  for (const compiler of compilers) {
    const ended = await run(compiler, file);
    if (ended.kind === 'compiled') return { json: ended.output };
    if (ended.kind === 'failed') return { ok: false, problem: `does not compile: ${problemsIn(ended.said)}` };
  }
  return { ok: false, problem: named ? `is Bicep, and DRAFTGENIE_BICEP names ${named}, which cannot be run` : MISSING };
}

type Ended =
  | { readonly kind: 'compiled'; readonly output: string }
  | { readonly kind: 'failed'; readonly said: string }
  | { readonly kind: 'absent' };

async function run({ command, args }: Compiler, file: string): Promise<Ended> {
  const options = {
    timeout: COMPILES_WITHIN_MS,
    maxBuffer: 2 * LIMITS.templateBytes.value,
    windowsHide: true,
    // The Azure CLI of Windows is a script.
    shell: process.platform === 'win32' && command === 'az',
  };
  return await new Promise((resolve) => {
    execFile(command, args(file), options, (error, output, said) => {
      if (!error) resolve({ kind: 'compiled', output });
      else if (isAbsent(error, said)) resolve({ kind: 'absent' });
      else resolve({ kind: 'failed', said: said.trim() || error.message });
    });
  });
}

/** The Azure CLI is there, and its compiler need not be. */
function isAbsent({ code }: { readonly code?: string | number | null }, said: string): boolean {
  return code === 'ENOENT' || code === 'EACCES' || /Bicep CLI not found/i.test(said);
}

/** `/app/infra/queue.bicep(3,12) : Error BCP057: The name "x" does not exist. [https://…]`, as the compiler says it. */
const DIAGNOSTIC = /^(.*)\((\d+),(\d+)\) : (?:Error) (.*?)(?: \[https?:[^\]]*\])?$/;
const TOLD = 5;

function problemsIn(said: string): string {
  const errors = said.split(/\r?\n/).flatMap((line) => {
    const [, file = '', row, column, message] = DIAGNOSTIC.exec(line.replace(/^ERROR: /, '')) ?? [];
    return message === undefined ? [] : [`${basename(file)}:${row}:${column} ${message}`];
  });
  if (errors.length === 0) return said.slice(0, 1000);
  const more = errors.length > TOLD ? [`and ${errors.length - TOLD} more`] : [];
  return [...errors.slice(0, TOLD), ...more].join('; ');
}
