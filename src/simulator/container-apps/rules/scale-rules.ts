import type { Refusal } from '../../refusal.ts';
import { invalidField, refusal, type Scale, type ScaleRule, type Workload } from '../model.ts';

/** In the words of the refusal: https://github.com/DFE-Digital/terraform-azurerm-container-apps-hosting/pull/96. */
const RULE_NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
const KINDS = ['azureQueue', 'custom', 'http', 'tcp'] as const;

/** How many replicas an app may have, and what asks for more of them. */
export function scaleProblem(name: string, app: Workload): Refusal | undefined {
  const scale = app.properties?.template?.scale ?? {};
  return replicasProblem(scale) ?? periodsProblem(scale) ?? rulesProblem(name, scale.rules ?? []);
}

function replicasProblem({ minReplicas = 0, maxReplicas = 10 }: Scale): Refusal | undefined {
  if (minReplicas < 0 || minReplicas > 1000)
    return invalidField('template.scale.minReplicas', `Invalid value ${minReplicas}`);
  if (maxReplicas < 1 || maxReplicas > 1000)
    return invalidField('template.scale.maxReplicas', `Invalid value ${maxReplicas}`);
  return minReplicas > maxReplicas
    ? invalidField(
        'template.scale.minReplicas',
        `minReplicas ${minReplicas} is greater than maxReplicas ${maxReplicas}`,
      )
    : undefined;
}

/**
 * KEDA itself wants both to be no less than 0 and the interval to be some time:
 * https://keda.sh/docs/latest/reference/scaledobject-spec/. The code is Azure's for what is wrong in a template.
 */
function periodsProblem({ pollingInterval, cooldownPeriod }: Scale): Refusal | undefined {
  if ((pollingInterval ?? 30) < 1)
    return invalidField('template.scale.pollingInterval', `Invalid value ${pollingInterval}`);
  return (cooldownPeriod ?? 300) < 0
    ? invalidField('template.scale.cooldownPeriod', `Invalid value ${cooldownPeriod}`)
    : undefined;
}

function rulesProblem(app: string, rules: readonly ScaleRule[]): Refusal | undefined {
  for (const rule of rules) {
    const { name = '' } = rule;
    if (!RULE_NAME.test(name)) {
      return refusal(
        'ContainerAppInvalidPropertyValue',
        `Property 'rules.name' has an invalid value '${name}'. A value must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character.`,
      );
    }
    if (rules.filter((other) => other.name === name).length > 1)
      return invalidField('template.scale.rules', `Scale rule name '${name}' is used more than once`);
    const problem = ruleProblem(app, name, rule);
    if (problem) return problem;
  }
  return undefined;
}

/** The words of the first, without a code: https://github.com/MicrosoftDocs/azure-docs/issues/90247. */
function ruleProblem(app: string, name: string, rule: ScaleRule): Refusal | undefined {
  const field = `template.scale.rules.${name}`;
  const [kind, ...others] = KINDS.filter((one) => rule[one]);
  if (kind === undefined || others.length > 0) {
    return invalidField(
      field,
      `The scale rule '${name}' provided for Container App '${app}' is invalid must have either Azure Queue or HTTP or Custom Rule specified.`,
    );
  }
  const { metadata } = rule[kind] ?? {};
  // From 1 upwards: https://learn.microsoft.com/azure/container-apps/scale-app#http
  const concurrency = metadata?.concurrentRequests ?? metadata?.concurrentConnections;
  if ((kind === 'http' || kind === 'tcp') && !/^[1-9]\d*$/.test(concurrency ?? '10'))
    return invalidField(field, `Invalid concurrency '${concurrency}'`);
  if (kind === 'custom' && !rule.custom?.type) return invalidField(field, 'The type of a custom rule is required');
  const incomplete = (rule[kind]?.auth ?? []).some(
    ({ secretRef, triggerParameter }) => !secretRef || !triggerParameter,
  );
  return incomplete ? invalidField(field, 'Both secretRef and triggerParameter are required in auth') : undefined;
}

/** Ids of those who ask the sources of events: https://learn.microsoft.com/azure/container-apps/scale-app#authentication */
export function scaleIdentities({ properties }: Workload): readonly (string | null | undefined)[] {
  const { rules } = properties?.template?.scale ?? {};
  return (rules ?? []).flatMap((rule) => KINDS.map((kind) => rule[kind]?.identity));
}

/**
 * Whether some rule keeps a replica although no event came: cpu and memory never go to zero
 * (https://github.com/microsoft/azure-container-apps/issues/707), and http and tcp see the traffic. No event ever comes here.
 */
export function keepsReplica(rules: readonly ScaleRule[]): boolean {
  return rules.some(({ http, tcp, custom }) => http || tcp || ['cpu', 'memory'].includes(custom?.type ?? ''));
}
