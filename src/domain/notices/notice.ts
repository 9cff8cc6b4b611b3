import { z } from 'zod';

/** What a webhook can be told of. */
export const NOTICE_EVENTS = [
  'needs_approval',
  'failed',
  'rolled_back',
  'succeeded_after_failure',
  'drift_found',
  'drift_gone',
] as const;
type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** A value that is given, or is read where the app runs: from its environment, or from the vault of the deployment. */
export type NoticeValue =
  | { readonly source: 'literal'; readonly text: string }
  | { readonly source: 'environment'; readonly variable: string }
  | { readonly source: 'vault'; readonly name: string };

/** One webhook of the configuration. */
export interface NotificationConfig {
  readonly url: NoticeValue;
  /** Of the signature; absent: who receives it does not ask, such as a chat system. */
  readonly secret?: Exclude<NoticeValue, { readonly source: 'literal' }>;
  readonly events: readonly NoticeEvent[];
  /** JSON with placeholders; absent: the notice itself. */
  readonly body?: string;
}

/** What is told, whoever it is told to. Holds no secret: its texts are masked before they are written down. */
export const noticeSchema = z.strictObject({
  event: z.enum(NOTICE_EVENTS),
  environment: z.string(),
  runId: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** A few words. */
  title: z.string(),
  /** One or two sentences. */
  text: z.string(),
  /** Of the plan that waits; empty elsewhere. */
  planDigest: z.string(),
  /** Of the error; empty where there is none. */
  code: z.string(),
});
export type Notice = z.infer<typeof noticeSchema>;

const PLACEHOLDER = /(?<!\$)\{\{\s*([\w]*)\s*\}\}/g;
const PLACES = noticeSchema.keyof().options;

/** What is wrong with a template; undefined: nothing. */
export function templateProblem(template: string): string | undefined {
  const unknown = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name).find((name) => !isPlace(name));
  if (unknown !== undefined) return `{{${unknown}}} stands for nothing; there are ${PLACES.join(', ')}`;
  try {
    JSON.parse(template.replace(PLACEHOLDER, 'x'));
    return undefined;
  } catch {
    return 'is no JSON once its placeholders are filled in; they stand within quotes';
  }
}

/** The body for a webhook. What is filled in is text within quotes, whatever it holds. */
export function noticeBody(notice: Notice, template: string | undefined): string {
  if (template === undefined) return JSON.stringify(notice);
  return template.replace(PLACEHOLDER, (all, name: string) =>
    isPlace(name) ? JSON.stringify(notice[name]).slice(1, -1) : all,
  );
}

function isPlace(name: string): name is keyof Notice {
  return (PLACES as readonly string[]).includes(name);
}
