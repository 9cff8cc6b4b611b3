import { access, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { cloudEndpoints } from '../../azure/clouds.ts';
import { defaultCredential } from '../../azure/credentials.ts';
import {
  outputsOfCommand,
  outputsOfState,
  type ReadOutputs,
  type TerraformStates,
} from '../../domain/terraform/outputs.ts';
import { createTransport } from '../../outbound/transport.ts';
import { LIMITS } from '../../shared/limits.ts';
import type { BackendAddress } from './read-backend.ts';

/** Where one state is, as a configuration says it. */
export interface StateSource {
  readonly state?: string | null | undefined;
  readonly outputs?: string | null | undefined;
  readonly azurerm?: BackendAddress | null | undefined;
}

/** Reads what a configuration names; nothing is ever written, and no lock is taken. What cannot be read says why. */
export async function readStates(
  sources: Readonly<Record<string, StateSource>>,
  configPath: string,
): Promise<TerraformStates> {
  const folder = dirname(resolve(configPath));
  const read = Object.entries(sources).map(async ([name, source]) => [name, await readOne(source, folder)] as const);
  return Object.fromEntries(await Promise.all(read));
}

async function readOne({ state, outputs, azurerm }: StateSource, folder: string): Promise<ReadOutputs> {
  if (azurerm) {
    // With the SDK of blobs, which few configurations need.
    const { readBackend } = await import('./read-backend.ts');
    const cloud = cloudEndpoints(process.env.AZURE_CLOUD ?? 'AzureCloud');
    const transport = createTransport();
    const credential = await defaultCredential(cloud, transport);
    return await readBackend(azurerm, { suffix: cloud.storageSuffix, credential, transport });
  }
  if (outputs) return await readText(resolve(folder, outputs), outputsOfCommand);
  if (!state) return { ok: false, problem: 'says nothing of where it is' };
  const path = resolve(folder, state);
  const read = await readText(path, outputsOfState);
  if (!(read.ok && (await isLocked(path)))) return read;
  return { ...read, warning: `${state} is locked: somebody changes it, and it is read as it was before` };
}

async function readText(path: string, parse: (text: string) => ReadOutputs): Promise<ReadOutputs> {
  let text: string;
  try {
    text = decoded(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ok: false, problem: code === 'ENOENT' ? `there is no file ${path}` : `cannot be read: ${message}` };
  }
  if (text.length > LIMITS.terraformStateBytes.value)
    return { ok: false, problem: `has more than ${LIMITS.terraformStateBytes.value} bytes` };
  const read = parse(text);
  return read.ok ? read : { ok: false, problem: `${path} ${read.problem}` };
}

/** Redirected by Windows PowerShell a file is UTF-16: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_character_encoding */
function decoded(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

/** The backend `local` writes a file beside the state: https://developer.hashicorp.com/terraform/language/state/locking */
async function isLocked(path: string): Promise<boolean> {
  try {
    await access(join(dirname(path), `.${basename(path)}.lock.info`));
    return true;
  } catch {
    return false;
  }
}
