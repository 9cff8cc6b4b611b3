/** How much there may be of something that others make, and what becomes of more. */
export interface Limit {
  readonly value: number;
  readonly unit: 'bytes' | 'seconds' | '';
  /** One line: of what. */
  readonly of: string;
  /** One line: what becomes of more, and how it is told. */
  readonly beyond: string;
}

const MIB = 1024 * 1024;

const ROWS = {
  configBytes: {
    value: MIB,
    unit: 'bytes',
    of: 'A configuration, or an overlay',
    beyond: 'refused before it is parsed: `config_too_large`, `body_too_large`, or a problem with its place',
  },
  terraformStateBytes: {
    value: 64 * MIB,
    unit: 'bytes',
    of: 'A state of Terraform of which a configuration reads outputs',
    beyond: 'refused, with its place in the configuration',
  },
  templateBytes: {
    value: 4 * MIB,
    unit: 'bytes',
    // https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits
    of: 'A template, compiled',
    beyond: 'refused, with its place in the configuration',
  },
  configTokens: {
    value: 250_000,
    unit: '',
    of: 'Words, marks and line breaks of a configuration, comments among them',
    beyond: 'refused before it is parsed, with the line',
  },
  configKeys: { value: 20_000, unit: '', of: 'Keys of a configuration', beyond: 'refused, with the line' },
  configDepth: { value: 64, unit: '', of: 'Levels of a configuration', beyond: 'refused before it is parsed' },
  configCopies: { value: 100_000, unit: '', of: 'Values that aliases and merge keys repeat', beyond: 'refused' },
  configProblems: { value: 100, unit: '', of: 'Problems of a configuration that are told', beyond: 'left out' },
  parseSeconds: {
    value: 10,
    unit: 'seconds',
    of: 'Reading a configuration that was sent; `DRAFTGENIE_PARSE_LIMIT_IN_SECONDS`',
    beyond: 'ended, and refused: `config_too_costly`',
  },
  parsesAtOnce: {
    value: 2,
    unit: '',
    of: 'Configurations that an app reads at a time, small ones aside',
    beyond: 'wait for their turn',
  },
  parsesWaiting: { value: 16, unit: '', of: 'Configurations that wait to be read', beyond: 'refused: `parsing_busy`' },
  bodyBytes: { value: MIB, unit: 'bytes', of: 'The body of a request', beyond: 'refused: `body_too_large`' },
  bodySeconds: {
    value: 30,
    unit: 'seconds',
    of: 'Until the body of a request is there',
    beyond: 'given up: `body_timeout`',
  },
  waitingRuns: {
    value: 100,
    unit: '',
    of: 'Runs that wait for one environment, uploads among them',
    beyond: 'refused: `queue_full`; of an upload there is a failed run that says so',
  },
  followers: {
    value: 1000,
    unit: '',
    of: 'Open streams of events of an app',
    beyond: 'refused: `followers_too_many`',
  },
  streamSeconds: {
    value: 180,
    unit: 'seconds',
    of: 'A stream of events; Azure’s load balancer cuts at 230 s',
    beyond: 'ended; whoever follows takes it up where it was',
  },
  logBytes: {
    value: 16 * MIB,
    unit: 'bytes',
    of: 'Lines of logs in the events of a run',
    beyond: 'not kept, and one line says so; errors have as much again, and what is no log is always kept',
  },
  listPages: {
    value: 1000,
    unit: '',
    of: 'Pages of a list of Azure or of the storage',
    beyond: 'not followed: `EndlessList`, `list_endless`',
  },
  journalBytes: {
    value: MIB,
    unit: 'bytes',
    of: 'The journal of the embedded engine, and twice what runs',
    beyond: 'replaced by what runs and what ended last',
  },
  commandLogBytes: {
    value: 16 * MIB,
    unit: 'bytes',
    of: '`azure-deployment-v1.log` before a run',
    beyond: 'put aside as `.1`; the one before goes',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof ROWS;

/** Every limit that somebody can meet. `npm run limits` writes docs/limits.md from it. */
export const LIMITS: Readonly<Record<LimitName, Limit>> = ROWS;
