import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ApiAnswer } from './served-app.ts';

export type AnswerCheck = (method: string, path: string, answer: ApiAnswer) => void;

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  readonly components: unknown;
}
type Responses = Readonly<
  Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Reference }>> }>
>;
interface Reference {
  readonly $ref: string;
}

/** Answers of the host itself, before a function is called: a missing key, an unknown route, a wrong method. */
const OF_THE_HOST = [401, 404, 405];

/** Throws unless an answer is one that the app's OpenAPI document promises. */
export function createAnswerCheck(document: unknown): AnswerCheck {
  const { paths, components } = document as OpenApi;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', components });
  return (method, path, { status, headers, text, body }) => {
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    if (OF_THE_HOST.includes(status) && text === '') return;
    const [pathname = ''] = path.replace(/^\/api/, '').split('?');
    const operation = Object.entries(paths).find(([template]) => matches(template, pathname))?.[1][
      method.toLowerCase()
    ];
    const response = operation?.responses[status];
    if (!response) throw new Error(`${method} ${path}: the document promises no ${status}: ${text.slice(0, 500)}`);
    if (type === 'text/event-stream') return;
    const schema = response.content?.[type]?.schema;
    if (!schema) throw new Error(`${method} ${path}: the document promises no ${type} with ${status}`);
    if (type === 'text/plain') return;
    const values = type === 'application/x-ndjson' ? lines(text) : [body];
    const validate = ajv.getSchema(`openapi${schema.$ref}`);
    for (const value of values) {
      if (!validate?.(value)) throw new Error(`${method} ${path} (${status}): ${ajv.errorsText(validate?.errors)}`);
    }
  };
}

function matches(template: string, path: string): boolean {
  const expression = template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]*');
  return new RegExp(`^${expression}$`).test(path);
}

function lines(text: string): readonly unknown[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));
}
