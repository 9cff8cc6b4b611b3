import type { RawScale } from '../schema/scale-schema.ts';
import { vaultName } from '../secrets.ts';
import { type EventScale, SCALE_MEASURES, type ScaleConfig } from '../service/service-scale.ts';

type RawRule = NonNullable<NonNullable<RawScale>['rules']>[string];

/** Undefined where nothing is said. */
export function normalizeScale(raw: RawScale): ScaleConfig | undefined {
  if (!raw) return undefined;
  const { cron, rules, polling_interval: pollingInterval, cooldown } = raw;
  const measures = SCALE_MEASURES.flatMap((key) => (raw[key] == null ? [] : [[key, raw[key]]]));
  const scale: ScaleConfig = {
    ...Object.fromEntries(measures),
    ...(hasEntries(cron) && { cron }),
    ...(hasEntries(rules) && { rules: normalizeRules(rules) }),
    ...(pollingInterval != null && { pollingIntervalInSeconds: pollingInterval }),
    ...(cooldown != null && { cooldownInSeconds: cooldown }),
  };
  return hasEntries(scale) ? scale : undefined;
}

export function normalizeRules(raw: Readonly<Record<string, RawRule>>): Readonly<Record<string, EventScale>> {
  return Object.fromEntries(Object.entries(raw).map(([name, rule]) => [name, normalizeRule(rule)]));
}

function normalizeRule({ type, metadata, secrets, identity }: RawRule): EventScale {
  const texts = Object.entries(metadata ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    type,
    metadata: Object.fromEntries(texts),
    ...(hasEntries(secrets) && {
      secrets: Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, vaultName(secret)])),
    }),
    ...(identity && { identity }),
  };
}

function hasEntries<T extends object>(value: T | null | undefined): value is T {
  return value != null && Object.keys(value).length > 0;
}
