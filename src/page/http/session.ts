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
