/** A region where this subscription may not have databases, as free and student subscriptions see many. */
const RESTRICTED = ['brazilsouth'];

const BURSTABLE = ['B1ms', 'B2s', 'B2ms', 'B4ms', 'B8ms', 'B12ms', 'B16ms', 'B20ms'];
const GENERAL = [2, 4, 8, 16, 32, 48, 64].flatMap((cores) => [`D${cores}s_v3`, `D${cores}ds_v4`, `D${cores}ds_v5`]);
const MEMORY = [2, 4, 8, 16, 20, 32, 48, 64].flatMap((cores) => [`E${cores}s_v3`, `E${cores}ds_v4`, `E${cores}ds_v5`]);

export const POSTGRES_VERSIONS = ['13', '14', '15', '16', '17', '18'];

export interface PostgresSku {
  readonly name: string;
  readonly tier: 'Burstable' | 'GeneralPurpose' | 'MemoryOptimized';
}

export function postgresSkus(): readonly PostgresSku[] {
  const named = (names: readonly string[], tier: PostgresSku['tier']): readonly PostgresSku[] =>
    names.map((name) => ({ name: `Standard_${name}`, tier }));
  return [...named(BURSTABLE, 'Burstable'), ...named(GENERAL, 'GeneralPurpose'), ...named(MEMORY, 'MemoryOptimized')];
}

export function isRestricted(location: string): boolean {
  return RESTRICTED.includes(location.toLowerCase().replaceAll(' ', ''));
}
