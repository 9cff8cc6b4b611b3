import { signInCodeIn } from '../address.ts';
import type { HttpInterface } from '../http-interface.d.ts';
import { baseAddress } from './client.ts';

/**
 * The key is kept for this tab alone: it is gone with it, and is in no address.
 * https://developer.mozilla.org/docs/Web/API/Window/sessionStorage
 */
const KEY = 'draftgenie-key';

export function keptKey(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

export function keepKey(key: string): void {
  sessionStorage.setItem(KEY, key);
}

export function forgetKey(): void {
  sessionStorage.removeItem(KEY);
}

/** Takes the code out of the address, so that neither history nor a bookmark has it; undefined: there is none. */
export function takeCode(): string | undefined {
  const code = signInCodeIn(location.hash);
  if (code !== undefined) history.replaceState(null, '', location.hash.slice(0, location.hash.indexOf('?')));
  return code;
}

/** The key that a code stands for, once; undefined: the code counts no more. */
export async function keyFor(code: string): Promise<string | undefined> {
  const response = await fetch(`${baseAddress()}ui/key`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
    cache: 'no-store',
    redirect: 'error',
  });
  return response.ok ? ((await response.json()) as HttpInterface['SignInAnswer']).key : undefined;
}

export type Right = 'read' | 'deploy' | 'approve';

/**
 * What a key says that it is for (`draftgenie.deploy-approve.staging.ci.…`); a key of the host itself says nothing and opens all.
 * The server decides: this is to show no button that it would refuse.
 */
export function rightsOf(key: string): readonly Right[] {
  const [prefix, rights = ''] = key.split('.');
  if (prefix?.toLowerCase() !== 'draftgenie') return ['read', 'deploy', 'approve'];
  return (['read', 'deploy', 'approve'] as const).filter(
    (right) => right === 'read' || rights.split('-').includes(right),
  );
}
