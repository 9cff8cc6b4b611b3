import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../fixtures/azure/schemas', import.meta.url));

/** The JSON Schema of a request body of Azure; its source is named in test/fixtures/azure. */
interface ResourceSchema {
  readonly $id: string;
  readonly 'x-arm': { readonly type: string; readonly apiVersion: string; readonly action?: string };
}

/** Every schema of test/fixtures/azure, whether of a resource or of an action's input. */
export const RESOURCE_SCHEMAS: readonly ResourceSchema[] = readdirSync(FOLDER).map(
  (file) => JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as ResourceSchema,
);

/**
 * @param type `Microsoft.App/jobs`, or `Microsoft.App/jobs/start` for an action; in any case of its letters
 * @param apiVersion any one without it
 */
export function resourceSchema(type: string, apiVersion?: string): ResourceSchema | undefined {
  return RESOURCE_SCHEMAS.find(
    ({ 'x-arm': arm }) =>
      [arm.type, ...(arm.action ? [arm.action] : [])].join('/').toLowerCase() === type.toLowerCase() &&
      (apiVersion === undefined || arm.apiVersion === apiVersion),
  );
}
