/** Every metric, as docs/telemetry.md lists them: the name is what a dashboard holds on to, so none is changed. */
export const METRICS = {
  runs: {
    name: 'draftgenie.runs',
    kind: 'counter',
    unit: '{run}',
    description: 'Runs that ended.',
    attributes: ['draftgenie.run.outcome', 'draftgenie.run.work'],
  },
  runDuration: {
    name: 'draftgenie.run.duration',
    kind: 'histogram',
    unit: 's',
    description: 'From the request of a run to its end.',
    attributes: ['draftgenie.run.outcome', 'draftgenie.run.work'],
  },
  stepDuration: {
    name: 'draftgenie.step.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Of steps that ran.',
    attributes: ['draftgenie.step.name', 'draftgenie.step.outcome'],
  },
  stepRetries: {
    name: 'draftgenie.step.retries',
    kind: 'counter',
    unit: '{retry}',
    description: 'Attempts of a step after its first.',
    attributes: ['draftgenie.step.name'],
  },
  stepLateness: {
    name: 'draftgenie.step.lateness',
    kind: 'histogram',
    unit: 's',
    description: 'How long what a step waited for may have been over before that was seen, at most.',
    attributes: ['draftgenie.step.name'],
  },
  waits: {
    name: 'draftgenie.waits',
    kind: 'counter',
    unit: '{wait}',
    description: 'Calls of an activity that ended in a wait on a durable timer.',
    attributes: ['draftgenie.activity.name'],
  },
  requestDuration: {
    name: 'http.client.request.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Of requests to Azure, each attempt by itself.',
    attributes: [
      'http.request.method',
      'server.address',
      'azure.resource.type',
      'http.response.status_code',
      'error.type',
    ],
  },
  requestRetries: {
    name: 'draftgenie.azure.retries',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests to Azure that were sent again at once.',
    attributes: ['http.request.method', 'server.address', 'azure.resource.type'],
  },
  throttles: {
    name: 'draftgenie.azure.throttles',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests that Azure answered 429.',
    attributes: ['http.request.method', 'server.address', 'azure.resource.type'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export interface MetricDefinition {
  readonly name: string;
  readonly kind: 'counter' | 'histogram';
  /** UCUM: https://ucum.org/ucum */
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
}

export type MetricName = keyof typeof METRICS;
