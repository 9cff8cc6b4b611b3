import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Examination, ok, unknown } from '../../doctor/examination.ts';

/** Sets of variables by which a credential is found without the Azure CLI; `defaultCredential` has the order. */
const CREDENTIALS: readonly (readonly string[])[] = [
  ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'],
  ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_CERTIFICATE_PATH'],
  ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE'],
  ['IDENTITY_ENDPOINT'],
];

/**
 * What must be installed here: nothing but Node, since the registry builds the images and reads git repositories, and the CLI
 * of Azure only where nothing else signs in.
 */
export function examineTools(env: NodeJS.ProcessEnv, { simulate }: { readonly simulate: boolean }): Examination {
  const node = `Node ${process.versions.node}`;
  const hasCredential = CREDENTIALS.some((names) => names.every((name) => env[name]));
  if (simulate || hasCredential) return ok('tools', `${node}; neither Docker nor git nor az is needed`);
  if (isOnPath('az', env)) return ok('tools', `${node}, and az to sign in with; neither Docker nor git is needed`);
  return unknown(
    'tools',
    `${node}; az is not on the path, and no variable names a credential`,
    'Install the Azure CLI and sign in with az login, or set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET.',
  );
}

function isOnPath(name: string, env: NodeJS.ProcessEnv): boolean {
  const names = process.platform === 'win32' ? [`${name}.cmd`, `${name}.exe`] : [name];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => names.some((one) => isExecutable(join(folder, one))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
