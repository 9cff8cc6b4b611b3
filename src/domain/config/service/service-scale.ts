/** What makes more or fewer replicas of a service, between the least and the most that it may have. */
export interface ScaleConfig {
  /** Concurrent requests, or connections, of one replica. */
  readonly http?: number;
  readonly tcp?: number;
  /** Percent of what a replica has. */
  readonly cpu?: number;
  readonly memory?: number;
  /** By names of the user. */
  readonly cron?: Readonly<Record<string, CronScale>>;
  /** Scalers of KEDA, by names of the user. */
  readonly rules?: Readonly<Record<string, EventScale>>;
  readonly pollingIntervalInSeconds?: number;
  readonly cooldownInSeconds?: number;
}

/** From the one time to the other at least so many replicas. */
export interface CronScale {
  readonly timezone: string;
  readonly start: string;
  readonly end: string;
  readonly replicas: number;
}

export interface EventScale {
  /** As KEDA calls it: `rabbitmq`, `azure-servicebus`, `azure-queue`. */
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Parameter of the scaler → name of a secret in the vault. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Asks as the identity of the deployment. */
  readonly identity?: true;
}

export const SCALE_MEASURES = ['http', 'tcp', 'cpu', 'memory'] as const;

/** Kinds of rules by the keys under which they stand. */
export type ScaleRuleKey = (typeof SCALE_MEASURES)[number] | 'cron' | 'rules';

/** Every rule, by its name, with where it stands below `scale`. */
export function scaleRulesOf(
  scale: ScaleConfig,
): readonly { readonly key: ScaleRuleKey; readonly name: string; readonly path: readonly string[] }[] {
  return [
    ...SCALE_MEASURES.flatMap((key) => (scale[key] === undefined ? [] : [{ key, name: key, path: [key] }])),
    ...(['cron', 'rules'] as const).flatMap((key) =>
      Object.keys(scale[key] ?? {}).map((name) => ({ key, name, path: [key, name] })),
    ),
  ];
}

/** The vault secrets that the scalers read, with where each stands below `scale`. */
export function scaleSecretsOf({
  rules = {},
}: Pick<ScaleConfig, 'rules'>): readonly { readonly path: readonly string[]; readonly name: string }[] {
  return Object.entries(rules).flatMap(([rule, { secrets = {} }]) =>
    Object.entries(secrets).map(([parameter, name]) => ({ path: ['rules', rule, 'secrets', parameter], name })),
  );
}
